/** For tests: an empty directory that is removed when the test is finished. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

export async function testDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'tandem-test-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  return directory;
}
