import { createSocket } from 'node:dgram';
import { connect, type Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { freePort } from '#server/platform/free-port.ts';
import { createLog } from '#server/platform/log.ts';
import { createMetrics } from '#server/platform/metrics.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { type AcceptedRequest, decodeAccepted } from '#server/record/accepted.ts';
import { decodeLogBatch } from '#server/record/log.ts';
import { createAcceptance } from './acceptance.ts';
import { createAdmission } from './admit.ts';
import type { KnownKey } from './keys.ts';
import type { PressureLevel } from './pressure.ts';
import type { Refusals } from './refusals.ts';
import { openSocketDoor, type SocketDoor } from './socket-door.ts';
import type { Heard, SocketProtocol } from './socket-protocol.ts';

const KEY: KnownKey = {
  id: 7,
  projectId: 3,
  enabled: true,
  rateLimit: null,
  quotas: null,
  projectExists: true,
};

const UNCOUNTED = { take: () => null, giveBack: () => {} };

/** A byte is a record; `?` is none. */
const heardIn = (bytes: Buffer): Heard => {
  const text = bytes.toString().split('');
  const unread = text.filter((char) => char === '?').length;
  return {
    records: text
      .filter((char) => char !== '?')
      .map((char) => ({ record: { body: char }, resource: { 'host.name': 'h' }, bytes: 1 })),
    unreadable: unread === 0 ? [] : [{ code: 'log_invalid', quantity: unread, bytes: unread }],
  };
};
const protocol: SocketProtocol = {
  name: 'bytes',
  sends: 'logs',
  openStream: () => ({
    heldBytes: 0,
    isBroken: false,
    push: heardIn,
    quiet: () => heardIn(Buffer.of()),
    end: () => heardIn(Buffer.of()),
  }),
  readDatagram: heardIn,
};

let door: SocketDoor | undefined;
let port: number;
let frames: AcceptedRequest[];
let refused: Parameters<Refusals['add']>[0][];
let pressure: { level: PressureLevel };
let key: KnownKey | null;
let journal: () => Promise<void>;

async function open() {
  frames = [];
  refused = [];
  pressure = { level: 0 };
  key = KEY;
  journal = async () => {};
  port = await freePort('127.0.0.1');
  door = await openSocketDoor({
    protocol,
    host: '127.0.0.1',
    port,
    findKey: async () => key,
    acceptance: createAcceptance({
      append: async (_, parts) => {
        await journal();
        frames.push(decodeAccepted(Buffer.concat(parts)));
      },
      admission: createAdmission(pressure, UNCOUNTED),
      refusals: { add: (line) => refused.push(line), close: async () => {} },
      metrics: createMetrics(),
    }),
    clock: { now: () => 1_764_000_000_000 },
    log: createLog('silent'),
  });
}
async function close() {
  const closing = door;
  door = undefined;
  await closing?.close();
}
afterEach(close);

function datagram(text: string): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve) => socket.send(text, port, '127.0.0.1', () => resolve(void socket.close())));
}
const stream = () =>
  new Promise<Socket>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.on('error', () => {});
  });
const bodies = () =>
  frames.flatMap(({ records }) =>
    records
      .filter(({ type }) => type === 'logs')
      .flatMap(({ payload }) => decodeLogBatch(payload).groups.flatMap((group) => group.records))
      .map(({ body }) => body),
  );

test('what comes in a moment is one request of the key of its project', async () => {
  await open();
  await datagram('ab');
  await datagram('c?');
  await expect.poll(bodies).toEqual(['a', 'b', 'c']);
  const records = frames.flatMap((frame) => frame.records);
  expect(frames.every((frame) => frame.project === 3 && frame.key === 7)).toBe(true);
  expect(records.find(({ type }) => type === 'logs')!.meta).toMatchObject({ source: 'bytes' });
  expect(records.find(({ type }) => type === 'counts')!.meta).toMatchObject({
    counts: [{ kind: 'log', outcome: 'rejected', reason: 'log_invalid', quantity: 1, project: 3, key: 7 }],
  });
});

test('while the journal takes nothing records wait, and none is written twice', async () => {
  await open();
  let tries = 0;
  journal = async () => {
    if (++tries <= 2) throw new Unavailable('journal_full', 'no');
  };
  const socket = await stream();
  socket.write('abc');
  await expect.poll(bodies, { timeout: 10_000 }).toEqual(['a', 'b', 'c']);
  expect(tries).toBe(3);
  expect(refused).toEqual([]);
  socket.destroy();
});

test('under pressure a stream waits, and datagrams are counted as lost', async () => {
  await open();
  pressure.level = 1;
  const socket = await stream();
  socket.write('tcp');
  await datagram('udp');
  await expect.poll(() => refused).toMatchObject([{ code: 'overloaded', quantity: 3, project: 3, key: 7 }]);
  pressure.level = 0;
  await expect.poll(bodies).toEqual(['t', 'c', 'p']);
  socket.destroy();
});

test('a stream that is faster than the journal is not read; nothing of it is lost', async () => {
  await open();
  let letThrough = () => {};
  const opened = new Promise<void>((resolve) => (letThrough = resolve));
  journal = () => opened;
  const socket = await stream();
  // A record weighs some 500 bytes here: a tenth of it is what may wait.
  const sent = 600_000;
  socket.write('x'.repeat(sent));
  socket.end();
  await expect.poll(() => socket.bytesWritten).toBeGreaterThan(0);
  letThrough();
  await expect.poll(() => bodies().length, { timeout: 20_000 }).toBe(sent);
  expect(refused).toEqual([]);
});

test('a flood of datagrams beyond what may wait is lost, and counted', async () => {
  await open();
  let letThrough = () => {};
  const opened = new Promise<void>((resolve) => (letThrough = resolve));
  journal = () => opened;
  const large = 'x'.repeat(9_000);
  for (let n = 0; n < 12; n++) await datagram(large);
  await expect.poll(() => refused.reduce((sum, { quantity }) => sum + quantity, 0)).toBeGreaterThan(0);
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['overloaded']));
  letThrough();
  const lost = () => refused.reduce((sum, { quantity }) => sum + quantity, 0);
  await expect.poll(() => (bodies().length + lost()) % 9_000, { timeout: 20_000 }).toBe(0);
});

test('without a project to go to, records are counted for nobody', async () => {
  await open();
  key = null;
  await datagram('ab');
  await expect
    .poll(() => refused)
    .toMatchObject([{ code: 'project_unknown', quantity: 2, project: 0, key: 0 }]);
});

test('what was read is written when the door closes; what cannot be is counted', async () => {
  await open();
  const socket = await stream();
  socket.write('abc');
  // It is read, not yet written: that takes a moment.
  await expect.poll(() => socket.bytesWritten).toBe(3);
  await new Promise((resolve) => setImmediate(resolve));
  await datagram('d');
  await expect.poll(() => frames.length).toBeGreaterThan(0);
  await close();
  expect(bodies().sort()).toEqual(['a', 'b', 'c', 'd']);

  await open();
  journal = async () => {
    throw new Unavailable('journal_full', 'no');
  };
  const other = await stream();
  let tried = false;
  journal = async () => {
    tried = true;
    throw new Unavailable('journal_full', 'no');
  };
  other.write('xy');
  await expect.poll(() => tried).toBe(true);
  await close();
  expect(bodies()).toEqual([]);
  expect(refused).toMatchObject([{ code: 'overloaded', quantity: 2 }]);
});
