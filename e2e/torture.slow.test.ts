/**
 * The promise under torture: what was answered 2xx is there exactly once, in its issue, and every count agrees,
 * though the program, or its engine alone, is killed at random moments while several senders are at work.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Usage } from '#contract/usage.ts';
import { eventually, KEY, type Program, processTree, startProgram } from './support/program.ts';
import { type SenderResult, startSender } from './support/senders.ts';

const KILLS = 20;
/** Fewer: the wait before each restart of an engine that does not last is twice the one before. */
const ENGINE_KILLS = 7;
/** Long enough for all of them. */
const ENGINE_SECONDS = 40;
const SENDERS = 3;
/** Those that push lines of logs beside them, and lines of a push. */
const LOG_SENDERS = 2;
const LINES_OF_PUSH = 50;
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
let answered: Set<string>;
/** Bodies of lines whose push was answered 204. */
let answeredLines: Set<string>;
let sentInAll: number;
let seed = 1;

beforeEach(async () => {
  dataDirectory = await mkdtemp(join(tmpdir(), 'tandem-torture-'));
  answered = new Set();
  answeredLines = new Set();
  sentInAll = 0;
});
afterEach(async () => {
  await program?.stop();
  await rm(dataDirectory, { recursive: true, force: true });
});

describe('every answered event and line is there exactly once, and all counts agree', () => {
  it(`though the program was killed ${KILLS} times under load, every other time with its engine`, async () => {
    for (let round = 0; round < KILLS; round += 1) {
      program = await startProgram({ dataDirectory });
      const senders = startSenders(5);
      const pushers = Array.from({ length: LOG_SENDERS }, (_, n) =>
        pushUntilGone(program.url, `${round}-${n}`),
      );
      // From the first requests on to the middle of a merge: every moment is a fair one.
      await sleep(300 + Math.random() * 1700);
      await (round % 2 === 0 ? program.kill() : program.killAll());
      for (const result of await Promise.all(senders)) collect(result);
      await Promise.all(pushers);
    }
    expect(answered.size).toBeGreaterThan(KILLS * SENDERS * 10);
    expect(answeredLines.size).toBeGreaterThan(KILLS * LOG_SENDERS * LINES_OF_PUSH);
    program = await startProgram({ dataDirectory });
    await expectEverythingOnce();
    await expectLinesOnce();
  });

  it(`though the engine was killed ${ENGINE_KILLS} times under load`, async () => {
    program = await startProgram({ dataDirectory });
    const senders = startSenders(ENGINE_SECONDS);
    const killed = new Set<number>();
    while (killed.size < ENGINE_KILLS) {
      const engine = await eventually(
        async () => processTree(program.child.pid!)[1],
        (pid) => pid !== undefined && !killed.has(pid),
      );
      await sleep(300 + Math.random() * 1700);
      process.kill(engine!, 'SIGKILL');
      killed.add(engine!);
    }
    for (const result of await Promise.all(senders)) collect(result);
    expect(answered.size, 'the door is open while the engine is away').toBe(sentInAll);
    await expectEverythingOnce();
  });
});

/** Pushes lines of bodies of their own, one push after the other, until nobody answers any more. */
async function pushUntilGone(url: string, name: string): Promise<void> {
  for (let push = 0; ; push += 1) {
    const bodies = Array.from({ length: LINES_OF_PUSH }, (_, line) => `torture ${name} ${push} ${line}`);
    const now = BigInt(Date.now()) * 1_000_000n;
    const values = bodies.map((body, line) => [String(now + BigInt(line)), body]);
    try {
      const response = await fetch(`${url}/loki/api/v1/push`, {
        method: 'POST',
        headers: { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' },
        body: JSON.stringify({ streams: [{ stream: { service_name: 'torture' }, values }] }),
      });
      if (response.status === 204) for (const body of bodies) answeredLines.add(body);
    } catch {
      return;
    }
  }
}

async function expectLinesOnce(): Promise<void> {
  const storedLines = (usage: Usage) =>
    usage.lines
      .filter((line) => line.kind === 'log' && line.outcome === 'stored')
      .reduce((sum, line) => sum + line.quantity, 0);
  const usage = await eventually(
    () => program.get<Usage>('/api/v1/usage?period=24h'),
    (one) => one.backlogBytes === 0 && storedLines(one) >= answeredLines.size,
    120_000,
  );
  const response = await program.request(
    'GET',
    '/api/v1/logs/export?format=jsonl&query=service:torture&project=default',
  );
  const bodies = (await response.text())
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { body: string }).body);
  const found = new Set(bodies);
  expect(bodies.length - found.size, 'lines stored more than once').toBe(0);
  expect(
    [...answeredLines].filter((body) => !found.has(body)),
    'answered lines that are missing',
  ).toEqual([]);
  expect(storedLines(usage), 'the ledger of lines').toBe(found.size);
}

function startSenders(seconds: number): Promise<SenderResult>[] {
  return Array.from({ length: SENDERS }, () =>
    startSender({ url: program.url, rate: RATE, seconds, connections: 4, seed: seed++ }),
  );
}

async function expectEverythingOnce(): Promise<void> {
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
}

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
