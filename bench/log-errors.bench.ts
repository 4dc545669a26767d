/**
 * Exceptions in logs: what looking for them adds to every record, how many are read and told apart in a second, and what
 * a flood of nothing but stack traces does to an error that an SDK sends meanwhile.
 */
import { readFileSync } from 'node:fs';
import { ledger } from '#e2e/support/look.ts';
import { eventually, KEY, type Program, startProgram } from '#e2e/support/program.ts';
import { type LogError, mayBeException, mayHoldException } from '#server/process/log-errors/log-error.ts';
import { logEventOf } from '#server/process/log-errors/log-event.ts';
import { twinSourceOf } from '#server/process/log-errors/twin-facts.ts';
import { type TwinEvent, TwinWindow } from '#server/process/log-errors/twin-window.ts';
import { variedLogs } from './logs/varied-logs.ts';
import { figure } from './measure.ts';

const RECORDS = 50_000;
const ROUNDS = 6;
const EXCEPTIONS = 20_000;
/** Requests of the flood, a thousand stack traces each. */
const FLOOD_REQUESTS = 60;
const LINES_OF_REQUEST = 1_000;

const STACK = `checkout failed
TypeError: no cart
    at total (/app/cart.js:3:9)
    at checkout (/app/checkout.js:12:9)
    at handle (/app/node_modules/express/lib/router/layer.js:95:5)`;

export async function benchLogErrors(): Promise<void> {
  benchLooking();
  benchReading();
  benchTwins();
  await benchFlood();
}

function benchLooking(): void {
  const logs = variedLogs(1, Date.now(), 1_000_000);
  const records = Array.from({ length: RECORDS }, () => logs.next().value.body);
  const attributes = {
    'http.request.method': 'GET',
    'user.id': '42',
    took_ms: 12,
    region: 'eu',
    error: 'timed out',
  };
  let found = 0;
  const look = () => {
    for (const body of records) {
      if (mayHoldException(body)) found += 1;
      for (const name in attributes)
        if (mayBeException(name, attributes[name as keyof typeof attributes])) found += 1;
    }
  };
  look();
  found = 0;
  const took = timed(() => {
    for (let round = 0; round < ROUNDS; round += 1) look();
  });
  figure(
    'exceptions in logs: looking, per record of varied logs with 5 attributes',
    (took * 1e6) / (RECORDS * ROUNDS),
    'µs',
  );
  figure('exceptions in logs: records looked into', (100 * found) / (RECORDS * ROUNDS), '%');
}

function benchReading(): void {
  const file = new URL('../fixtures/stack-traces/real.json', import.meta.url);
  const texts = Object.values(JSON.parse(readFileSync(file, 'utf8')) as Record<string, string>);
  let events = 0;
  const took = timed(() => {
    for (let n = 0; n < EXCEPTIONS; n += 1) if (logEventOf(errorOf(texts[n % texts.length]!, n))) events += 1;
  });
  figure('exceptions in logs: detected and read to events', events / took, '/s');
}

/** As many come by an SDK as by a log, of 500 kinds, each pair of one trace. */
function benchTwins(): void {
  const window = new TwinWindow();
  let joined = 0;
  const took = timed(() => {
    for (let n = 0; n < EXCEPTIONS; n += 1)
      for (const fromLog of [false, true]) {
        const turn = window.turn();
        const event = twinEvent(n, fromLog);
        if (turn.find(event)) joined += 1;
        else turn.keep(event);
        turn.commit();
      }
  });
  figure('exceptions in logs: told apart from those of SDKs', (2 * EXCEPTIONS) / took, '/s');
  figure('exceptions in logs: pairs counted once', (100 * joined) / EXCEPTIONS, '%', {
    limit: 100,
    kind: 'at least',
  });
}

async function benchFlood(): Promise<void> {
  const program = await startProgram();
  await program.sendEvent({ exception: { values: [{ type: 'Warm', value: 'up' }] } });
  await ledger(program, (lines) => lines['event stored'] === 1);
  const started = performance.now();
  const flood = (async () => {
    for (let n = 0; n < FLOOD_REQUESTS; n += 1) await push(program, n);
  })();
  await push(program, FLOOD_REQUESTS);
  const sent = performance.now();
  await program.sendEvent({ exception: { values: [{ type: 'Meanwhile', value: 'no stock' }] } });
  await eventually(
    () => program.get<{ items: { title: string }[] }>('/api/v1/issues?query='),
    ({ items }) => items.some(({ title }) => title.startsWith('Meanwhile')),
  );
  figure("a flood of stack traces: an SDK's error is shown after", performance.now() - sent, 'ms', {
    limit: 2_000,
    kind: 'at most',
  });
  await flood;
  const all = (FLOOD_REQUESTS + 1) * LINES_OF_REQUEST;
  const lines = await ledger(program, (sums) => (sums['log stored'] ?? 0) >= all);
  figure(
    'a flood of stack traces: drained and queryable',
    (all * 1000) / (performance.now() - started),
    'records/s',
  );
  const counted =
    (await ledger(program, (sums) => (sums['event stored'] ?? 0) > 2))['event dropped too_many_log_errors'] ??
    0;
  figure(
    'a flood of stack traces: beyond the bound, counted',
    (100 * counted) / (lines['log stored'] ?? 1),
    '%',
  );
  await program.discard();
}

async function push(program: Program, n: number): Promise<void> {
  const at = BigInt(Date.now()) * 1_000_000n;
  const values = Array.from({ length: LINES_OF_REQUEST }, (_, line) => [
    String(at + BigInt(n * LINES_OF_REQUEST + line)),
    STACK,
  ]);
  const answer = await fetch(`${program.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${KEY}` },
    body: JSON.stringify({ streams: [{ stream: { app: 'shop' }, values }] }),
  });
  if (!answer.ok) throw new Error(`the push was answered ${answer.status}`);
}

function timed(work: () => void): number {
  const started = performance.now();
  work();
  return (performance.now() - started) / 1000;
}

function errorOf(body: string, n: number): LogError {
  const correlation = {
    ...{ trace_id: '', span_id: '', user_id: '', session_id: '', request_id: '' },
    ...{ service: 'shop', host: 'web-1', release: '', environment: '' },
  };
  const receivedAt = Date.now();
  return {
    ...{
      project: 1,
      receivedAt,
      time: BigInt(receivedAt) * 1_000_000n,
      sequence: n,
      severity: 17,
      correlation,
    },
    ...{ pattern: '1', record: { body }, scope: '', resource: {}, labels: {} },
  };
}

function twinEvent(n: number, fromLog: boolean): TwinEvent {
  const frames = [{ function: `call${n % 500}`, filename: 'a.js', lineno: 3, in_app: true }];
  const values = [{ type: 'TypeError', value: `no cart ${n % 500}`, stacktrace: { frames } }];
  return {
    ...{
      project: 1,
      eventId: `${n}`,
      hash: `${n % 500}`,
      at: 1_000_000 + n,
      trace: `t${n}`,
      request: '',
      user: '',
    },
    ...{ environment: '', facts: twinSourceOf({ exception: { values } })!.facts, fromLog },
  };
}
