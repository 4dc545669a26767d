/** What real senders were recorded to send (fixtures/syslog), and the records it becomes. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createSyslogProtocol } from './syslog.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/syslog');
const syslog = createSyslogProtocol({ timeZone: 'UTC', clock: { now: () => Date.UTC(2026, 10, 23, 1) } });

/** The second of each record, its host and program, level and body, as a person would read it. */
const EXPECTED: Readonly<Record<string, string[]>> = {
  'logger-tcp-rfc3164': ['2026-11-23T00:56:25 web-1 shop warning: disk is nearly full'],
  'logger-tcp-rfc5424': ['2026-11-23T00:56:15 web-1 shop warning: disk is nearly full'],
  'logger-udp-rfc3164': ['2026-11-23T00:56:23 web-1 shop warning: disk is nearly full'],
  'logger-udp-rfc5424': ['2026-11-23T00:56:14 web-1 shop warning: disk is nearly full'],
  'python-tcp': [
    '- - - info: order A-syslog-tcp placed for 5990 cents',
    '- - - warning: 100 % of the stock of syslog-tcp is gone',
    '- - - err: payment of syslog-tcp failed … PaymentError: card declined for order A-syslog-tcp',
  ],
  'python-udp': [
    '- - - info: order A-syslog-udp placed for 5990 cents',
    '- - - warning: 100 % of the stock of syslog-udp is gone',
    '- - - err: payment of syslog-udp failed … PaymentError: card declined for order A-syslog-udp',
  ],
  'rsyslog-tcp-counted': [
    '2026-11-22T15:29:13 web-1 shop err: card declined',
    '2026-11-22T15:29:14 web-1 shop info: order placed',
  ],
  'rsyslog-tcp-lines': [
    '2026-11-22T15:29:13 web-1 shop err: card declined',
    '2026-11-22T15:29:14 web-1 shop info: order placed',
  ],
  'rsyslog-udp-rfc3164': [
    '2026-11-22T15:29:13 web-1 shop err: card declined',
    '2026-11-22T15:29:14 web-1 shop info: order placed',
  ],
  'winston-syslog-tcp-bsd': winston('2026-11-23T00:57:38'),
  'winston-syslog-tcp-rfc5424': winston('2026-11-23T00:57:29'),
  'winston-syslog-udp-bsd': winston('2026-11-23T00:57:48'),
};

function winston(time: string): string[] {
  const to = `${time} web-1 shop`;
  return [
    `${to} info: {"level":"info","message":"order 17 placed","orderId":17}`,
    `${to} err: {"level":"error","message":"card declined"}`,
    `${to} warning: {"level":"warning","message":"stock is \\"low\\""}`,
  ];
}

const names = readdirSync(FIXTURES)
  .filter((file) => file.endsWith('.json'))
  .map((file) => file.replace('.json', ''));

test.each(names)('%s', (name) => {
  const { transport, data }: { transport: string; data: string[] } = JSON.parse(
    readFileSync(join(FIXTURES, `${name}.json`), 'utf8'),
  );
  const sender = { address: '192.0.2.1' };
  const records = data.flatMap((base64) => {
    const bytes = Buffer.from(base64, 'base64');
    if (transport === 'udp') return syslog.readDatagram!(bytes, sender).records;
    const stream = syslog.openStream(sender);
    return [...stream.push(bytes).records, ...stream.end().records];
  });
  expect(
    records.map(({ record, resource = {} }) => {
      const time = record.time ? new Date(Number(record.time.slice(0, -6))).toISOString().slice(0, 19) : '-';
      const [first, ...more] = record.body.split('\n');
      const body = more.length > 0 ? `${first} … ${more.at(-1)}` : first;
      return `${time} ${resource['host.name'] ?? '-'} ${resource['service.name'] ?? '-'} ${record.severityText}: ${body}`;
    }),
  ).toEqual(EXPECTED[name]);
});
