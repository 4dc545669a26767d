/** Start-up with an empty directory and memory at rest, of the whole process tree. */
import { residentBytes, startProgram } from '#e2e/support/program.ts';
import { figure, percentile, settle } from './measure.ts';

const STARTS = 5;
/** Until the garbage of the start is collected and the engine has finished its first merges. */
const REST_MS = 15_000;

export async function benchIdle(): Promise<void> {
  const starts: number[] = [];
  for (let n = 0; n < STARTS; n += 1) {
    const started = performance.now();
    const program = await startProgram();
    while (!(await fetch(`${program.url}/health/ready`)).ok) await settle(10);
    starts.push(performance.now() - started);
    if (n === STARTS - 1) {
      await settle(REST_MS);
      figure('idle memory, whole tree (RSS)', residentBytes(program.child.pid!) / 1e6, 'MB', {
        limit: 350,
        kind: 'at most',
      });
    }
    await program.discard();
  }
  figure('start to ready, empty directory (median of 5)', percentile(starts, 0.5) / 1000, 's', {
    limit: 3,
    kind: 'at most',
  });
}
