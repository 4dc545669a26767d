/** A job that does not come, by the clock: missed while the program runs, and not while it does not. Some minutes. */

import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import type { MonitorDetail, MonitorList } from '#contract/monitors.ts';
import { installPython, PROGRAMS, run } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { eventually, type Program, startProgram } from './support/program.ts';

/** A job of every minute with a margin of one is missed two minutes after it ran. */
const MISSED_MS = 2 * 60_000;

let program: Program;
let python: string;
beforeAll(async () => {
  python = await installPython();
  program = await startProgram();
});
afterAll(() => program?.discard());

const checkIn = () =>
  run(python, [`${PROGRAMS}/jobs.py`, 'every-minute'], { environment: { SENTRY_DSN: program.dsn } });
async function monitor(): Promise<MonitorDetail> {
  const { items } = await program.get<MonitorList>('/api/v1/monitors');
  return program.get<MonitorDetail>(`/api/v1/monitors/${items[0]!.id}`);
}

test('what does not come is an issue; coming back resolves it; a program that was killed blames nobody', async () => {
  await checkIn();
  const began = Date.now();
  await eventually(monitor, ({ state }) => state === 'missed', MISSED_MS + 30_000);
  expect(Date.now() - began).toBeGreaterThan(MISSED_MS - 10_000);
  const issue = await issueTitled(program, 'Monitor every-minute: missed check-in');
  await checkIn();
  await eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${issue.id}`),
    ({ status }) => status === 'resolved',
  );

  await program.killAll();
  await sleep(MISSED_MS + 15_000);
  const { dataDirectory } = program;
  program = await startProgram({ dataDirectory });
  const back = await eventually(
    monitor,
    ({ gaps, nextExpectedAt }) =>
      gaps.length === 1 && new Date(nextExpectedAt!).getTime() > Date.now() - 60_000,
  );
  expect(back).toMatchObject({ state: 'ok', incidents: [{ endedAt: expect.any(String) }] });
}, 600_000);
