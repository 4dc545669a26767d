/**
 * How soon people hear: from the moment an error is sent to the firing in the store, and to the request at a webhook. Errors
 * that nobody has seen, one after the other, while nothing else goes on; then the one of the fiftieth user.
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AlertFiringList } from '#contract/alerts.ts';
import { type Program, startProgram } from '#e2e/support/program.ts';
import { figure, percentile, settle } from './measure.ts';

const ALERTS = 40;
const FIFTIETHS = 15;
/** How often the store is asked: as much as a figure may be too large by, ms. */
const LOOK_MS = 10;
/** What does not come in this time never does, ms. */
const WAIT_MS_MAX = 30_000;

export async function benchAlerts(): Promise<void> {
  const came = new Map<string, number>();
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      const name = /Bench\d+Error/.exec(body)?.[0];
      if (name && !came.has(name)) came.set(name, performance.now());
      response.end();
    });
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const { port } = receiver.address() as AddressInfo;
  const program = await startProgram({ environment: { TANDEM_OUTBOUND_ALLOW: `127.0.0.1:${port}` } });
  try {
    const channel = await made<{ id: string }>(program, '/api/v1/channels', {
      ...{ kind: 'webhook', name: 'Bench', settings: { url: `http://127.0.0.1:${port}/` } },
      // Each by itself: a storm would be one summary.
      timing: { stormAfter: 1_000 },
    });
    await time(program, came, channel.id);
  } finally {
    await program.discard();
    receiver.close();
  }
}

async function time(program: Program, came: Map<string, number>, channel: string): Promise<void> {
  const rule = { priority: 'critical', channels: [channel] };
  await made(program, '/api/v1/alerts/rules', {
    ...{ ...rule, name: 'New issue', condition: { kind: 'issue', when: ['new'], query: '!message:fifty' } },
  });
  await settle(2_000);
  const news = await series(ALERTS, (at) => told(program, came, `Bench${at}Error`, '1'));
  report('new issue', news);
  await made(program, '/api/v1/alerts/rules', {
    ...rule,
    name: 'Fifty users',
    condition: {
      ...{ kind: 'issue', when: ['new'], query: 'message:fifty' },
      counts: [{ of: 'users', atLeast: 50, windowMinutes: 60 }],
    },
  });
  await settle(2_000);
  const fiftieths = await series(FIFTIETHS, async (at) => {
    const name = `Bench${1_000 + at}Error`;
    for (let user = 1; user < 50; user++) await send(program, name, `${user}`, 'fifty');
    await settle(1_000);
    return told(program, came, name, '50', 'fifty');
  });
  report('fiftieth user', fiftieths);
}

interface Took {
  firing: number;
  webhook: number;
}

async function series(count: number, once: (at: number) => Promise<Took>): Promise<Took[]> {
  const took: Took[] = [];
  for (let at = 0; at < count; at++) took.push(await once(at));
  return took;
}

function report(what: string, took: readonly Took[]): void {
  for (const part of [0.5, 0.95]) {
    const name = part === 0.5 ? 'p50' : 'p95';
    const of = (kind: keyof Took) =>
      percentile(
        took.map((one) => one[kind]),
        part,
      );
    figure(`alert, ${what}: sent to firing and outbox: ${name}`, of('firing'), 'ms');
    figure(`alert, ${what}: sent to the webhook: ${name}`, of('webhook'), 'ms');
  }
}

async function told(
  program: Program,
  came: ReadonlyMap<string, number>,
  name: string,
  user: string,
  word = '',
): Promise<Took> {
  const sent = performance.now();
  await send(program, name, user, word);
  let firing: number | null = null;
  while (performance.now() - sent < WAIT_MS_MAX) {
    if (firing === null) {
      const { items } = await program.get<AlertFiringList>('/api/v1/alerts/firings?state=firing');
      if (items.some(({ title }) => title.includes(name))) firing = performance.now() - sent;
    }
    const webhook = came.get(name);
    if (firing !== null && webhook !== undefined) return { firing, webhook: webhook - sent };
    await settle(LOOK_MS);
  }
  throw new Error(`nobody was told of ${name} in ${WAIT_MS_MAX} ms`);
}

async function send(program: Program, name: string, user: string, word = ''): Promise<void> {
  const answer = await program.sendEvent({
    event_id: crypto.randomUUID().replaceAll('-', ''),
    user: { id: user },
    exception: { values: [{ type: name, value: `it broke ${word}` }] },
  });
  if (!answer.ok) throw new Error(`an event was refused: ${answer.status}`);
}

async function made<Answer>(program: Program, path: string, body: unknown): Promise<Answer> {
  const answer = await program.request('POST', path, body);
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as Answer;
}
