/**
 * Less of what nobody reads, without losing count: lines pushed as a Loki client does, rules as an operator makes
 * them, and what is found, counted and told before and after. Also when everything is killed meanwhile.
 */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { LogHistogram, LogList, LogPatterns } from '#contract/logs.ts';
import type { NoiseCheck, NoiseReport, NoiseRule, NoiseRules } from '#contract/noise.ts';
import { linesStored, type PushedLine, pushLines } from './support/logs.ts';
import { ledger } from './support/look.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

let program: Program;
beforeAll(async () => {
  program = await startProgram();
});
afterAll(() => program.discard());

const LABELS = { app: 'shop', env: 'production' };
const RULES = '/api/v1/projects/default/noise/rules';

function ask(method: string, path: string, body?: object) {
  return fetch(`${program.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
}
async function answerOf<Answer>(asked: Promise<Response>): Promise<Answer> {
  const answer = await asked;
  const text = await answer.text();
  expect(answer.status, text).toBe(200);
  return JSON.parse(text);
}

const report = () => program.get<NoiseReport>('/api/v1/noise?project=default');
/** As the report names it; `like`: a part of its template. */
async function patternLike(like: string) {
  const found = await eventually(report, ({ patterns }) =>
    patterns.some((one) => one.template.includes(like)),
  );
  return found.patterns.find((one) => one.template.includes(like))!;
}
const savedBy = async (id: string) =>
  (await program.get<NoiseRules>(RULES)).items.find((rule) => rule.id === id)!.saved;
const found = async (query: string) =>
  (await program.get<LogList>(`/api/v1/logs?limit=200&query=${encodeURIComponent(query)}`)).items;

const line = (text: string, fields: Record<string, string> = {}, at = Date.now()): PushedLine => ({
  ...{ at, text },
  fields: { level: 'info', ...fields },
});
const many = (count: number, of: (n: number) => PushedLine) => Array.from({ length: count }, (_, n) => of(n));

test('what is noise is told: by pattern, service and issue, with advice', async () => {
  const trace = randomBytes(16).toString('hex');
  await pushLines(program, LABELS, [
    ...many(60, (n) => line(`GET /healthz 200 in ${n}ms`)),
    ...many(10, (n) => line(`GET /orders/17 200 in ${n}ms`)),
    ...many(40, (n) => line(`SELECT * FROM carts WHERE id = ${n}`, { level: 'debug' })),
    ...many(30, (n) => line(`price of item ${n} not found`, { level: 'error', user_id: `calm-${n}` })),
    ...many(25, (n) => line(`could not save: Error: gone\\n    at save (/app/save.js:${n}:1)`)),
    ...many(5, (n) => line(`gateway answered 503 for order ${n}`, { level: 'warn', trace_id: trace })),
  ]);
  await linesStored(program, 170);
  await program.sendEvent({
    event_id: trace,
    exception: { values: [{ type: 'PaymentError', value: 'gateway is down' }] },
    contexts: { trace: { trace_id: trace, span_id: '1'.repeat(16) } },
  });
  const told = await eventually(report, ({ issues }) => issues.length > 0);
  expect(told.logs).toMatchObject({ records: 170, errors: 30, patterns: 5, notKept: 0 });
  expect(told.logs.bytes).toBeGreaterThan(170 * 20);
  expect(told.logs.diskBytes).toBeGreaterThan(0);
  expect(told.services).toMatchObject([{ service: 'shop', records: 170, errors: 30 }]);
  expect(told.issues).toMatchObject([{ title: expect.stringContaining('PaymentError'), events: 1 }]);
  expect(told.issues[0]!.diskBytes).toBeGreaterThan(100);
  const advice = told.advice.map(({ kind, pattern, records, suggestion }) => [
    ...[kind, pattern.template, records, suggestion?.action ?? null],
  ]);
  expect(advice).toEqual(
    expect.arrayContaining([
      ['health_check', 'GET <path> <num> in <time>', 60, 'drop'],
      ['debug_in_production', expect.stringContaining('FROM carts'), 40, 'drop'],
      ['errors_without_failure', expect.stringContaining('not found'), 30, 'demote'],
      ['exceptions_as_info', expect.stringContaining('could not save'), 25, null],
    ]),
  );
});

test('a dropped pattern is not kept, stays counted, and is kept again when the rule is removed', async () => {
  const { id } = await patternLike('GET <path>');
  const rule = await answerOf<NoiseRule>(
    ask('POST', RULES, { patternId: id, action: 'drop', contains: '/healthz' }),
  );
  await pushLines(program, LABELS, [
    line('GET /orders/17 200 in 3ms'),
    ...many(50, (n) => line(`GET /healthz 200 in ${n}ms`)),
    line('GET /healthz 500 in 9ms', { level: 'error' }),
    line('something else after health checks'),
  ]);
  await linesStored(program, 173);
  expect(await ledger(program, (lines) => lines['log dropped noise_dropped'] === 50)).toMatchObject({
    'log stored': 173,
  });
  const saved = await eventually(
    () => savedBy(rule.id),
    ({ records }) => records === 50,
  );
  expect(saved.bytes).toBeGreaterThan(50 * 20);
  // The error of the same pattern is above what the rule is for.
  expect(await found('level:error healthz')).toHaveLength(1);
  expect(await patternLike('GET <path>')).toMatchObject({ records: 72, notKept: 50, ruleId: rule.id });

  // The explorer says it beside what it found, though a search finds nothing of it.
  const patterns = await program.get<LogPatterns>('/api/v1/logs/patterns?project=default');
  expect(patterns.notKept).toEqual({ records: 50, patterns: 1, of: 'period' });
  expect(patterns.items.find((one) => one.id === id)).toMatchObject({
    records: 72,
    notKept: 50,
    rules: [{ id: rule.id, action: 'drop', contains: '/healthz', enabled: true }],
  });
  const histogram = (query: string) => program.get<LogHistogram>(`/api/v1/logs/histogram?query=${query}`);
  expect(await histogram('')).toMatchObject({ total: 173, notKept: { records: 50, of: 'period' } });
  expect((await histogram('service:mailer')).notKept).toEqual({ records: 0, patterns: 0, of: 'search' });
  expect((await histogram('healthz')).notKept).toEqual({ records: 50, patterns: 1, of: 'at-most' });
  // Where no line is kept the rule says what it is.
  expect(await program.get<LogPatterns>('/api/v1/logs/patterns?query=level:info+"nothing"')).toMatchObject({
    items: [],
    gone: [{ id, template: 'GET <path> <num> in <time>', notKept: 50, rules: [{ id: rule.id }] }],
  });

  expect((await ask('DELETE', `${RULES}/${rule.id}`)).status).toBe(204);
  await pushLines(program, LABELS, [line('GET /healthz 200 in 1ms')]);
  await linesStored(program, 174);
  expect((await program.get<NoiseRules>(RULES)).items).toEqual([]);
});

test('a pattern that goes before an issue is not taken away unseen', async () => {
  const { id } = await patternLike('gateway answered');
  const check = await program.get<NoiseCheck>(`/api/v1/projects/default/noise/patterns/${id}/issues`);
  expect(check).toMatchObject({
    issuesInAll: 1,
    issues: [
      { title: expect.stringContaining('PaymentError'), occurrences: 1, preceded: 1, ties: { trace: 1 } },
    ],
  });
  const request = { patternId: id, action: 'sample', keepOneIn: 10, levelMax: 'warn' };
  const refused = await ask('POST', RULES, request);
  expect([refused.status, await refused.json()]).toMatchObject([
    409,
    { error: { code: 'noise_precedes_issues', message: expect.stringContaining('DEFAULT-1') } },
  ]);
  expect((await program.get<NoiseRules>(RULES)).items).toEqual([]);
  const rule = await answerOf<NoiseRule>(ask('POST', RULES, { ...request, acknowledged: true }));
  expect(rule).toMatchObject({ enabled: true, goesBefore: 1 });
  // Off is always allowed, on again is asked again.
  await answerOf(ask('PATCH', `${RULES}/${rule.id}`, { enabled: false }));
  expect((await ask('PATCH', `${RULES}/${rule.id}`, { enabled: true })).status).toBe(409);
  expect((await ask('DELETE', `${RULES}/${rule.id}`)).status).toBe(204);
});

test('a sampled pattern keeps whole traces, the same ones when they are sent again', async () => {
  const { id } = await patternLike('FROM carts');
  const rule = await answerOf<NoiseRule>(
    ask('POST', RULES, { patternId: id, action: 'sample', keepOneIn: 4, levelMax: 'debug' }),
  );
  const traces = many(80, (n) =>
    line(`SELECT * FROM carts WHERE id = ${n}`, { level: 'debug', trace_id: hex(n) }),
  );
  const twice = [...traces, ...traces.map(({ text, fields }) => ({ ...line(`${text}`), fields: fields! }))];
  await pushLines(program, LABELS, twice);
  await eventually(
    () => savedBy(rule.id),
    ({ records }) => records > 0,
  );
  const kept = (await found('"FROM carts" has:trace_id')).map(({ traceId }) => traceId);
  const { records } = await savedBy(rule.id);
  expect(kept.length + records).toBe(160);
  expect(new Set(kept).size * 2).toBe(kept.length);
  expect(new Set(kept).size).toBeGreaterThan(5);
  expect(new Set(kept).size).toBeLessThan(40);
  expect((await ask('DELETE', `${RULES}/${rule.id}`)).status).toBe(204);
});
const hex = (n: number) => (n * 7_919 + 1).toString(16).padStart(32, '0');

test('a demoted pattern is kept with a lower level, and says which it had', async () => {
  const { id } = await patternLike('price of item');
  await answerOf(
    ask('POST', RULES, { patternId: id, action: 'demote', demoteTo: 'info', levelMax: 'error' }),
  );
  await pushLines(program, LABELS, [line('price of item 999 not found', { level: 'error' })]);
  const [demoted] = await eventually(
    () => found('"price of item 999"'),
    (items) => items.length === 1,
  );
  expect(demoted).toMatchObject({ level: 'info', attributes: { 'tandem.demoted_from': 'error' } });
});

test.each<[string, object, RegExp]>([
  ['no such pattern', { patternId: '12345', action: 'drop' }, /No log record/],
  ['a sample of nothing', { patternId: '1', action: 'sample' }, /keepOneIn/],
  ['a demotion upwards', { patternId: '1', action: 'demote', demoteTo: 'error' }, /cannot be demoted/],
  ['no pattern', { patternId: 'x; DROP TABLE logs', action: 'drop' }, /patternId/],
])('%s is refused with what is wrong', async (_, request, sentence) => {
  const answer = await ask('POST', RULES, request);
  expect(answer.status).toBe(400);
  expect(await answer.text()).toMatch(sentence);
});

test('counts are exact over kill -9', async () => {
  const { id } = await patternLike('something else');
  await answerOf(ask('POST', RULES, { patternId: id, action: 'drop' }));
  const before = await ledger(program, () => true);
  const push = () =>
    pushLines(
      program,
      LABELS,
      many(500, () => line('something else after health checks')),
    );
  for (let round = 0; round < 3; round += 1) {
    await Promise.all([push(), push(), push(), push()]);
    // Answered, and killed before process can have counted them all.
    await program.killAll();
    program = await startProgram({ dataDirectory: program.dataDirectory });
  }
  const dropped = 'log dropped noise_dropped';
  const after = await ledger(program, (lines) => (lines[dropped] ?? 0) >= (before[dropped] ?? 0) + 6_000);
  expect(after[dropped]).toBe(before[dropped]! + 6_000);
  expect(after['log stored']).toBe(before['log stored']);
  const rules = await eventually(
    () => program.get<NoiseRules>(RULES),
    ({ items }) => items.some(({ saved }) => saved.records >= 6_000),
  );
  expect(rules.items.find(({ patternId }) => patternId === id)!.saved.records).toBe(6_000);
});
