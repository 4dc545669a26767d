/** Runs commands one after the other, shows what each took, and stops at the first that fails. */
import { spawnSync } from 'node:child_process';

export interface Step {
  name: string;
  command: string;
  args: string[];
}

export function runSteps(steps: readonly Step[]): void {
  for (const { name, command, args } of steps) {
    const started = performance.now();
    const { status } = spawnSync(command, args, { stdio: 'inherit' });
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    if (status !== 0) {
      console.error(`\n${name} failed after ${seconds} s: ${command} ${args.join(' ')}`);
      process.exit(status ?? 1);
    }
    console.log(`${name}: fine (${seconds} s)\n`);
  }
}
