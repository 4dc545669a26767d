/** Syslog as machines send it, against the real program: rsyslog as a daemon of its own, logger, and clients of libraries. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LogList } from '#contract/logs.ts';
import { run } from './support/clients.ts';
import { ledger } from './support/look.ts';
import { eventually, type Program, startProgram } from './support/program.ts';
import { freePorts } from './support/sockets.ts';

let program: Program;
let port: number;
let rsyslogPort: number;
beforeAll(async () => {
  [port = 0, rsyslogPort = 0] = await freePorts(2);
  program = await startProgram({ environment: { TANDEM_SYSLOG_PORT: String(port) } });
});
afterAll(() => program?.discard());

async function found(query: string, count: number) {
  const { items } = await eventually(
    () => program.get<LogList>(`/api/v1/logs?direction=forward&query=${encodeURIComponent(query)}`),
    (list) => list.items.length >= count,
  );
  expect(items).toHaveLength(count);
  return items;
}

function datagram(text: string, to = port): Promise<void> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) =>
    socket.send(text, to, '127.0.0.1', (error) => {
      socket.close();
      if (error) reject(error);
      else resolve();
    }),
  );
}

async function stream(text: string) {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  await once(socket, 'close');
}

/** rsyslogd in the foreground with a configuration of its own: what it hears on a port it sends on in this way. */
async function withRsyslog(action: string, use: () => Promise<void>) {
  const directory = mkdtempSync(join(tmpdir(), 'tandem-rsyslog-'));
  mkdirSync(join(directory, 'work'));
  const configuration = join(directory, 'rsyslog.conf');
  writeFileSync(
    configuration,
    `global(workDirectory="${directory}/work")
module(load="imudp")
input(type="imudp" address="127.0.0.1" port="${rsyslogPort}")
action(type="omfwd" target="127.0.0.1" port="${port}" ${action})
`,
  );
  const daemon = spawn('rsyslogd', ['-n', '-f', configuration, '-i', join(directory, 'pid')], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  await started(daemon);
  try {
    await use();
  } finally {
    daemon.kill('SIGTERM');
    await once(daemon, 'exit');
    rmSync(directory, { recursive: true, force: true });
  }
}

async function started(daemon: ChildProcess) {
  await new Promise<void>((resolve, reject) => {
    daemon.once('spawn', resolve);
    daemon.once('error', (cause) =>
      reject(new Error('rsyslogd is needed to test syslog: apt-get install -y rsyslog', { cause })),
    );
  });
}

describe.each([
  ['tcp, counted', 'protocol="tcp" TCP_Framing="octet-counted" template="RSYSLOG_SyslogProtocol23Format"'],
  ['tcp, lines', 'protocol="tcp" TCP_Framing="traditional" template="RSYSLOG_SyslogProtocol23Format"'],
  ['tcp, ForwardFormat', 'protocol="tcp" template="RSYSLOG_ForwardFormat"'],
  ['udp, RFC 3164', 'protocol="udp" template="RSYSLOG_TraditionalForwardFormat"'],
])('rsyslog over %s', (name, action) => {
  test('messages are found with host, program, process and level', async () => {
    const service = `shop-${name.replaceAll(/\W+/g, '-')}`;
    const find = () => program.get<LogList>(`/api/v1/logs?query=service:${service}`);
    await withRsyslog(action, async () => {
      // Until rsyslog listens, what is sent to it is gone.
      let n = 0;
      await eventually(
        async () => {
          const time = new Date().toISOString();
          await datagram(`<131>1 ${time} web-1 ${service} 4711 - - try ${n++}`, rsyslogPort);
          return find();
        },
        ({ items }) => items.length > 0,
      );
    });
    const { items } = await find();
    expect(items[0]).toMatchObject({
      source: 'syslog',
      level: 'error',
      severityText: 'err',
      host: 'web-1',
      service,
      body: expect.stringMatching(/^try \d+$/),
      attributes: { 'syslog.facility': 'local0', 'process.pid': 4711 },
    });
  });
});

test.each([
  ['-d --rfc5424', 'udp-new'],
  ['-d --rfc3164', 'udp-old'],
  ['-T --rfc5424', 'tcp-new'],
  ['-T --rfc3164', 'tcp-old'],
  ['-T --rfc5424 --octet-count', 'tcp-counted'],
])('logger %s', async (options, tag) => {
  const { code, output } = await run('logger', [
    ...`--server 127.0.0.1 --port ${port} ${options} -p daemon.warning -t ${tag}`.split(' '),
    'disk is nearly full',
  ]);
  expect(code, `logger of util-linux is needed: ${output}`).toBe(0);
  const [item] = await found(`service:${tag}`, 1);
  expect(item).toMatchObject({
    level: 'warn',
    body: 'disk is nearly full',
    attributes: { 'syslog.facility': 'daemon' },
  });
});

test('messages that run together, as winston-syslog sends them, are told apart', async () => {
  const header = `<134>1 ${new Date().toISOString()} web-1 winston 1 - -`;
  await stream(`${header} {"order":1}${header} {"order":2}${header} {"order":3}`);
  expect((await found('service:winston', 3)).map(({ body }) => body)).toEqual([
    '{"order":1}',
    '{"order":2}',
    '{"order":3}',
  ]);
});

test('a stack trace that comes line by line is one record, and its lines count', async () => {
  const lines = [
    'java.lang.IllegalStateException: no cart',
    '\tat com.shop.Cart.total(Cart.java:31)',
    '\tat com.shop.Main.main(Main.java:7)',
    'going on',
  ];
  const time = new Date().toISOString();
  const before = (await ledger(program, () => true))['log stored'] ?? 0;
  await stream(lines.map((line) => `<131>1 ${time} web-1 shop-trace 7 - - ${line}\n`).join(''));
  const items = await found('service:shop-trace', 2);
  expect(items.map(({ body }) => body)).toEqual([lines.slice(0, 3).join('\n'), 'going on']);
  await ledger(program, (sums) => sums['log stored'] === before + lines.length);
});

test('nothing that was read is lost when the program stops', async () => {
  const burst = Array.from({ length: 2_000 }, (_, n) => `<14>1 - web-1 burst - - - line ${n}\n`).join('');
  await stream(burst);
  await found('service:burst "line 1999"', 1);
  await stream(burst.replaceAll('burst', 'last'));
  await eventually(
    async () => program.get<LogList>('/api/v1/logs?query=service:last'),
    ({ items }) => items.length > 0,
  );
  await program.stop();
  program = await startProgram({
    dataDirectory: program.dataDirectory,
    environment: { TANDEM_SYSLOG_PORT: String(port) },
  });
  const lines = await ledger(program, (sums) => (sums['log stored'] ?? 0) >= 4_000);
  expect(Object.keys(lines).filter((line) => line.startsWith('log rejected'))).toEqual([]);
});

test('messages for a project that is not there are counted for nobody', async () => {
  await program.stop();
  program = await startProgram({
    dataDirectory: program.dataDirectory,
    environment: { TANDEM_SYSLOG_PORT: String(port), TANDEM_SYSLOG_PROJECT: 'nowhere' },
  });
  await datagram('<14>1 - - lost - - - hello');
  await ledger(program, (lines) => lines['log rejected project_unknown'] === 1);
});
