/**
 * Searches over many issues, each page as the screen asks for it: in every order, by a state, by words in titles and
 * stacks, by what their events have. A million events of 100,000 issues: what is timed is the search, not the engine's scan
 * of ten million, which reads.bench.ts has.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Program, startProgram } from '#e2e/support/program.ts';
import { fill } from './fill.ts';
import { figure, percentile, settle, timeCalls } from './measure.ts';

const CALLS = 40;
const EVENTS = 1_000_000;

export async function benchIssueSearch(issues: number): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    await (await startProgram({ dataDirectory })).stop();
    await fill(dataDirectory, EVENTS, issues);
    const program = await startProgram({ dataDirectory });
    while (!(await fetch(`${program.url}/health/ready`)).ok) await settle(10);
    await settle(3000);
    const { total } = await program.get<{ total: number }>('/api/v1/issues?query=&limit=1&period=90d');
    await timeSearches(program, `${Math.round(total / 1000)},000 issues`);
    await program.stop();
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function timeSearches(program: Program, of: string): Promise<void> {
  const time = async (name: string, path: (n: number) => string, limit?: number) => {
    const took = await timeCalls(CALLS, (n) =>
      program.get<unknown>(`/api/v1/issues?limit=25&${path(n)}`).then(() => undefined),
    );
    figure(`${name} (${of}): p50`, percentile(took, 0.5), 'ms');
    const budget = limit === undefined ? undefined : ({ limit, kind: 'at most' } as const);
    figure(`${name} (${of}): p95`, percentile(took, 0.95), 'ms', budget);
  };
  for (const sort of ['lastSeen', 'impact', 'events', 'users', 'firstSeen'])
    await time(`first page, by ${sort}`, () => `sort=${sort}`, 100);
  await time('any status, by impact', () => 'sort=impact&query=', 200);
  await time('one hour, by impact', () => 'sort=impact&period=1h', 100);
  await time('by a state', () => `query=${encodeURIComponent('is:unresolved is:for_review users:>10')}`, 200);
  await time('a word of some titles', (n) => `query=step+${1000 + n}`, 400);
  await time('a word that stands nowhere', (n) => `query=needle${n}x7q`, 400);
  await time('a file of some stacks', (n) => `query=part${n + 50}/step.js`, 400);
  await time('a function, by its key', (n) => `query=stack.function:step${n + 50}call3`, 400);
  await time('by a tag of their events, 24 hours', () => 'query=region:eu&period=24h', 400);
  await time('by a rare tag of their events', () => 'query=order:4711', 400);
  await time('by a release', () => `query=${encodeURIComponent('release:shop@1.1.0')}`, 400);
}
