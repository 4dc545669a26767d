/**
 * The promise under torture: what was answered 2xx is there exactly once, in its issue, and every count agrees,
 * though the program is killed twenty times at random moments while several senders are at work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Usage } from '#contract/api.ts';
import { eventually, type Program, startProgram } from './support/program.ts';
import { type SenderResult, startSender } from './support/senders.ts';

const KILLS = 20;
const SENDERS = 3;
/** Requests per second of each sender: enough to keep every stage busy, few enough to read all of it back. */
const RATE = 250;

interface SentryIssue {
  id: string;
  count: string;
  userCount: number;
}
interface SentryEvent {
  eventID: string;
  groupID: string;
  user: { id: string } | null;
}

let dataDirectory: string;
let program: Program;
const answered = new Set<string>();
let sentInAll = 0;

beforeAll(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-torture-'));
});
afterAll(async () => {
  await program?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('twenty times kill -9 under load', () => {
  it('starts again each time', async () => {
    let seed = 1;
    for (let round = 0; round < KILLS; round += 1) {
      program = await startProgram({ dataDirectory });
      const senders = Array.from({ length: SENDERS }, () =>
        startSender({ url: program.url, rate: RATE, seconds: 5, connections: 4, seed: seed++ }),
      );
      // From the first requests on to the middle of a merge: every moment is a fair one.
      await sleep(300 + Math.random() * 1700);
      await program.kill();
      for (const result of await Promise.all(senders)) collect(result);
    }
    expect(answered.size).toBeGreaterThan(KILLS * SENDERS * 10);
  });

  it('has every answered event exactly once, and counts that agree', async () => {
    program = await startProgram({ dataDirectory });
    const usage = await eventually(
      () => program.get<Usage>('/api/v1/usage?period=24h'),
      (one) => one.backlogBytes === 0 && storedEvents(one) >= answered.size,
      120_000,
    );
    const events = await readAll<SentryEvent>('/api/0/projects/default/default/events/');
    const ids = events.map((event) => event.eventID);
    const found = new Set(ids);
    expect(ids.length - found.size, 'events stored more than once').toBe(0);
    expect(
      [...answered].filter((id) => !found.has(id)),
      'answered events that are missing',
    ).toEqual([]);
    expect(found.size).toBeLessThanOrEqual(sentInAll);
    expect(storedEvents(usage), 'the ledger').toBe(found.size);

    const issues = await readAll<SentryIssue>('/api/0/projects/default/default/issues/?query=&statsPeriod=');
    const byIssue = Map.groupBy(events, (event) => event.groupID);
    for (const issue of issues) {
      const own = byIssue.get(issue.id) ?? [];
      expect(Number(issue.count), `events of issue ${issue.id}`).toBe(own.length);
      expect(issue.userCount, `users of issue ${issue.id}`).toBe(
        new Set(own.map((event) => event.user?.id)).size,
      );
    }
    expect(
      issues.reduce((sum, issue) => sum + Number(issue.count), 0),
      'all issues together',
    ).toBe(found.size);
  });
});

function collect(result: SenderResult): void {
  for (const id of result.ids) answered.add(id);
  sentInAll += result.sent;
}

function storedEvents(usage: Usage): number {
  return usage.lines
    .filter((line) => line.kind === 'event' && line.outcome === 'stored')
    .reduce((sum, line) => sum + line.quantity, 0);
}

/** Walks a list of Sentry's API to its end, by the Link header. */
async function readAll<Item>(path: string): Promise<Item[]> {
  const items: Item[] = [];
  for (let next: string | null = path; next; ) {
    const response: Response = await program.request('GET', next);
    if (!response.ok) throw new Error(`GET ${next}: ${response.status} ${await response.text()}`);
    items.push(...((await response.json()) as Item[]));
    const link = /<([^>]+)>; rel="next"; results="true"/.exec(response.headers.get('link') ?? '');
    next = link ? new URL(link[1]!, program.url).pathname + new URL(link[1]!, program.url).search : null;
  }
  return items;
}
