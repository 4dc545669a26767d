/** The lock of a directory among real processes. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { DirectoryLocked, lockDirectory } from './directory-lock.ts';
import { testDirectory } from './test-directory.ts';

/** Starts a process that wants the lock; resolves with what it says. */
async function start(directory: string): Promise<{ said: string; process: ChildProcess }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'test-lock-holder.ts'), directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [said] = await once(child.stdout, 'data');
  return { said: String(said).trim(), process: child };
}

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

it('refuses the second process and says which one holds the directory, and since when', async () => {
  const directory = await testDirectory();
  const first = await start(directory);
  const second = await start(directory);
  expect(first.said).toBe('held');
  expect(second.said).toMatch(
    new RegExp(
      `^The directory ${directory} is in use by process ${first.process.pid} on ${hostname()} since 2\\d{3}-`,
    ),
  );
  await expect(lockDirectory(directory)).rejects.toMatchObject({ holder: { pid: first.process.pid } });
});

it('is free the moment its holder is killed', async () => {
  const directory = await testDirectory();
  for (let run = 0; run < 3; run += 1) {
    const holder = await start(directory);
    expect(holder.said).toBe('held');
    await kill(holder.process);
  }
});

it('gives a free directory to one of many starters, also when the last holder was killed', async () => {
  const directory = await testDirectory();
  await kill((await start(directory)).process);
  const starters = await Promise.all(Array.from({ length: 6 }, () => start(directory)));
  expect(starters.filter(({ said }) => said === 'held')).toHaveLength(1);
  const winner = starters.find(({ said }) => said === 'held')!;
  for (const { said } of starters.filter((starter) => starter !== winner))
    expect(said).toContain(`process ${winner.process.pid} on`);
});

it('does not care what is written about the holder: a pid that came again holds nothing', async () => {
  const directory = await testDirectory();
  await kill((await start(directory)).process);
  const stranger = { pid: process.pid, host: hostname(), since: '2026-01-01T00:00:00.000Z' };
  await writeFile(join(directory, 'lock.json'), JSON.stringify(stranger));
  const lock = await lockDirectory(directory);
  await lock.release();
});

it('holds against another part of the same process, and ends with release', async () => {
  const directory = await testDirectory();
  const lock = await lockDirectory(directory);
  await expect(lockDirectory(directory)).rejects.toThrow(DirectoryLocked);
  expect((await start(directory)).said).toContain(`process ${process.pid} on`);
  await lock.release();
  const next = await start(directory);
  expect(next.said).toBe('held');
});

it('is not inherited by a child that outlives the holder', async () => {
  const directory = await testDirectory();
  const script = `
    const { spawn } = await import('node:child_process');
    const { lockDirectory } = await import(${JSON.stringify(join(import.meta.dirname, 'directory-lock.ts'))});
    await lockDirectory(${JSON.stringify(directory)});
    const engine = spawn('sleep', ['60'], { stdio: 'ignore', detached: true });
    console.log(engine.pid);
    setInterval(() => {}, 60_000);`;
  const holder = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [enginePid] = await once(holder.stdout, 'data');
  onTestFinished(() => void process.kill(Number(enginePid), 'SIGKILL'));
  await kill(holder);
  const lock = await lockDirectory(directory);
  await lock.release();
});
