/** The read side on a filled store: start, the issues list, the issue page. Every call over HTTP, as the screens make them. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IssueList } from '#contract/issues.ts';
import { type Program, startProgram } from '#e2e/support/program.ts';
import { fill, ISSUES } from './fill.ts';
import { figure, percentile, settle, timeCalls } from './measure.ts';

const CALLS = 60;

export async function benchReads(events: number): Promise<void> {
  const dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-bench-'));
  try {
    await (await startProgram({ dataDirectory })).stop();
    const filling = performance.now();
    await fill(dataDirectory, events);
    console.log(
      `filled with ${events} events in ${ISSUES} issues in ${Math.round((performance.now() - filling) / 1000)} s`,
    );
    const started = performance.now();
    const program = await startProgram({ dataDirectory });
    while (!(await fetch(`${program.url}/health/ready`)).ok) await settle(10);
    figure(`start to ready with ${events} events`, (performance.now() - started) / 1000, 's', {
      limit: 8,
      kind: 'at most',
    });
    await settle(5000);
    await timeReads(program);
    await program.stop();
  } finally {
    await rm(dataDirectory, { recursive: true, force: true });
  }
}

async function timeReads(program: Program): Promise<void> {
  const report = (name: string, times: number[], limit?: number) => {
    figure(`${name}: p50`, percentile(times, 0.5), 'ms');
    figure(
      `${name}: p95`,
      percentile(times, 0.95),
      'ms',
      limit === undefined ? undefined : { limit, kind: 'at most' },
    );
    figure(`${name}: p99`, percentile(times, 0.99), 'ms');
  };
  const read = (path: string) => program.get<unknown>(path).then(() => undefined);

  const list = async (name: string, query: string, limit?: number) =>
    report(`issues list, ${name}`, await timeCalls(CALLS, () => read(`/api/v1/issues?${query}`)), limit);
  await list('first page, by last seen', 'limit=25', 100);
  await list('first page, by events', 'limit=25&sort=events', 100);
  await list('first page, by impact', 'limit=25&sort=impact', 100);
  await list('first page, by users', 'limit=25&sort=users', 100);
  await list('first page, by first seen', 'limit=25&sort=firstSeen', 100);
  await list('any status, by events, 24 hours', 'limit=25&sort=events&query=&period=24h', 100);
  await list('any status, by events, 90 days', 'limit=25&sort=events&query=&period=90d', 100);
  report(
    'issues list, free text',
    await timeCalls(CALLS, (n) => read(`/api/v1/issues?query=step+${1000 + n}`)),
  );
  await list('by environment', 'query=is:unresolved+environment:staging');
  await list('by release', 'query=is:unresolved+release:shop@1.1.0');
  await list('by release, 24 hours', 'query=is:unresolved+release:shop@1.1.0&period=24h');
  await list('by a tag of its events', 'query=region:eu&period=24h');
  await list('by a tag of its events, 14 days', 'query=region:eu');
  await list('by a tag that no event has, 14 days', 'query=order:4711');

  const largest = (await program.get<IssueList>('/api/v1/issues?sort=events&limit=1')).items[0]!.id;
  const page = (issue: string) =>
    Promise.all([read(`/api/v1/issues/${issue}`), read(`/api/v1/issues/${issue}/events/latest`)]).then(
      () => undefined,
    );
  report('issue page, the largest issue', await timeCalls(CALLS, () => page(largest)), 150);
  const some = (await program.get<IssueList>('/api/v1/issues?limit=100')).items.map((issue) => issue.id);
  report('issue page, any issue', await timeCalls(CALLS, (n) => page(some[Math.abs(n) % some.length]!)), 150);
  report(
    'impact of the largest issue',
    await timeCalls(CALLS, () => read(`/api/v1/issues/${largest}/impact?period=14d`)),
  );
  report('tags of the largest issue', await timeCalls(CALLS, () => read(`/api/v1/issues/${largest}/tags`)));
}
