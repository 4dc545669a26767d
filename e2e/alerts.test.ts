/** Alerts of the real program: of errors that the real @sentry/node sends, of log lines, once whatever dies. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AlertFiringList, AlertPreview, AlertRule, AlertRuleDraft } from '#contract/alerts.ts';
import { startTestPostgres, type TestPostgres } from '#server/store/metadata/test-postgres.ts';
import { run } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { eventually, KEY, type Program, startProgram } from './support/program.ts';

const firings = async (program: Program, more = '') =>
  (await program.get<AlertFiringList>(`/api/v1/alerts/firings?${more}`)).items;

async function make(program: Program, draft: AlertRuleDraft): Promise<AlertRule> {
  const answer = await program.request('POST', '/api/v1/alerts/rules', draft);
  expect(answer.status, await answer.clone().text()).toBe(201);
  return (await answer.json()) as AlertRule;
}

const FIFTY_USERS: AlertRuleDraft = {
  name: 'New PaymentError affecting 50 users',
  priority: 'critical',
  condition: {
    kind: 'issue',
    when: ['new'],
    query: 'error.type:PaymentError',
    counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }],
  },
};
const NEW_ISSUE: AlertRuleDraft = { name: 'New issue', condition: { kind: 'issue', when: ['new'] } };

const newError = (name: string) => ({
  event_id: crypto.randomUUID().replaceAll('-', ''),
  exception: { values: [{ type: name, value: 'it broke' }] },
});

describe('one program', () => {
  let program: Program;
  beforeAll(async () => {
    program = await startProgram();
  });
  afterAll(() => program.discard());

  async function payments(first: number, last: number) {
    const { code, output } = await run(
      process.execPath,
      ['e2e/programs/payments.mjs', `${first}`, `${last}`],
      {
        environment: { SENTRY_DSN: program.dsn },
      },
    );
    expect(code, output).toBe(0);
  }

  test('a new PaymentError is told with its fiftieth user, and is over when somebody resolves it', async () => {
    await make(program, FIFTY_USERS);
    await payments(1, 49);
    const issue = await issueTitled(program, 'PaymentError');
    expect(await firings(program)).toEqual([]);
    await payments(50, 50);
    const [fired] = await eventually(
      () => firings(program),
      ({ length }) => length === 1,
    );
    expect(fired).toMatchObject({
      title: expect.stringMatching(/^New issue: PaymentError: order \d+: gateway answered 503$/),
      reason: 'It is new, 50 users in the last hour',
      value: 50,
      issue: { id: issue.id },
      labels: { environment: 'production', release: 'shop@1.4.0' },
      endedAt: null,
    });
    await payments(51, 60);
    await program.request('PATCH', `/api/v1/issues/${issue.id}`, { status: 'resolved' });
    const [over] = await eventually(
      () => firings(program),
      ([one]) => one?.endedAt !== null,
    );
    expect(over!.id).toBe(fired!.id);
    expect(await firings(program)).toHaveLength(1);
  });

  test('the preview says what the rule then does', async () => {
    const answer = await program.request('POST', '/api/v1/alerts/preview', {
      rule: FIFTY_USERS,
      period: '24h',
    });
    expect(answer.status).toBe(200);
    expect(((await answer.json()) as AlertPreview).fired).toBe(1);
  });

  test('too many lines fire while they come, and are over afterwards', async () => {
    const rule = await make(program, {
      name: 'Failed payments',
      condition: {
        kind: 'log',
        source: { dialect: 'search', query: 'payment', by: ['service'] },
        test: { is: 'above', threshold: 10 },
        windowMinutes: 1,
        intervalSeconds: 10,
      },
    });
    const body = Array.from({ length: 20 }, (_, line) =>
      JSON.stringify({ level: 'error', message: `payment ${line} failed` }),
    );
    const answer = await fetch(`${program.url}/ingest/jsonl?service=shop&key=${KEY}`, {
      method: 'POST',
      body: body.join('\n'),
    });
    expect(answer.ok).toBe(true);
    const [fired] = await eventually(
      () => firings(program, `rule=${rule.id}`),
      ({ length }) => length === 1,
      30_000,
    );
    expect(fired).toMatchObject({ title: 'Failed payments: shop', value: 20, threshold: 10 });
    await eventually(
      () => firings(program, `rule=${rule.id}`),
      ([one]) => one?.endedAt !== null,
      120_000,
    );
  });
});

test('killed at any moment, the program tells of each new issue once', async () => {
  let program = await startProgram();
  try {
    await make(program, NEW_ISSUE);
    const names = Array.from({ length: 8 }, (_, at) => `Broken${String.fromCharCode(65 + at)}Error`);
    for (const [at, name] of names.entries()) {
      expect((await program.sendEvent(newError(name))).ok).toBe(true);
      // Sometimes before it is grouped, sometimes while it fires, sometimes after.
      await new Promise((resolve) => setTimeout(resolve, at * 130));
      const { dataDirectory, url } = program;
      await program.killAll();
      program = await startProgram({ dataDirectory, port: Number(new URL(url).port) });
    }
    const told = await eventually(
      () => firings(program),
      (list) => new Set(list.map(({ title }) => title)).size === names.length,
      60_000,
    );
    expect(told.map(({ title }) => title).toSorted()).toEqual(
      names.map((name) => `New issue: ${name}: it broke`),
    );
  } finally {
    await program.discard();
  }
});

describe('two programs on one Postgres', () => {
  let postgres: TestPostgres;
  let programs: Program[];
  beforeAll(async () => {
    postgres = await startTestPostgres();
    const environment = { TANDEM_METADATA_URL: await postgres.createDatabase() };
    programs = [await startProgram({ environment }), await startProgram({ environment })];
  });
  afterAll(async () => {
    for (const program of programs ?? []) await program.discard();
    await postgres?.stop();
  });

  test('say each new issue once, and go on when the one that evaluates dies', async () => {
    const [one, two] = programs as [Program, Program];
    await make(one, NEW_ISSUE);
    const names = ['FirstError', 'SecondError', 'ThirdError', 'FourthError'];
    for (const name of names) for (const program of programs) await program.sendEvent(newError(name));
    const said = await eventually(
      () => firings(two),
      ({ length }) => length >= names.length,
    );
    expect(said.map(({ title }) => title).toSorted()).toEqual(
      names.map((name) => `New issue: ${name}: it broke`).toSorted(),
    );
    await one.killAll();
    await two.sendEvent(newError('FifthError'));
    await eventually(
      () => firings(two),
      ({ length }) => length === names.length + 1,
      40_000,
    );
  });
});
