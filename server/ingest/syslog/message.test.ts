import { describe, expect, test } from 'vitest';
import { offsetsOf } from './local-time.ts';
import { readMessage } from './message.ts';

const NOW = Date.UTC(2026, 10, 22, 15, 30);
const read = (text: string, now = NOW, zone = 'UTC') => readMessage(text, { now, offsetAt: offsetsOf(zone) });
const nanoseconds = (iso: string) => `${Date.parse(iso)}000000`;

describe('a message of', () => {
  test.each<[string, string, object, object]>([
    [
      'logger, RFC 5424',
      '<11>1 2026-11-22T15:29:13.424613+00:00 web-1 shop 4711 - [timeQuality tzKnown="1" isSynced="0"] card declined',
      {
        time: '1795361353424613000',
        severityNumber: 17,
        severityText: 'err',
        body: 'card declined',
        attributes: {
          'timeQuality.tzKnown': '1',
          'timeQuality.isSynced': '0',
          'syslog.facility': 'user',
          'process.pid': 4711,
        },
      },
      { 'host.name': 'web-1', 'service.name': 'shop' },
    ],
    [
      'the example of RFC 5424, with a byte order mark',
      "<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \ufeff'su root' failed for lonvick on /dev/pts/8",
      {
        time: nanoseconds('2003-10-11T22:14:15.003Z'),
        severityNumber: 21,
        severityText: 'crit',
        body: "'su root' failed for lonvick on /dev/pts/8",
        attributes: { 'syslog.msgid': 'ID47', 'syslog.facility': 'auth' },
      },
      { 'host.name': 'mymachine.example.com', 'service.name': 'su' },
    ],
    [
      'a program that says nothing of itself',
      '<165>1 - - - - - - %% It is time',
      {
        severityNumber: 10,
        severityText: 'notice',
        body: '%% It is time',
        attributes: { 'syslog.facility': 'local4' },
      },
      {},
    ],
    [
      'structured data with escapes, a name that comes twice, and no text',
      '<165>1 2026-11-22T15:29:13Z h a worker-3 - [x@1 a="say \\"hi\\" \\\\ [\\]" ip="192.0.2.1" ip="192.0.2.2"][y@1]',
      {
        time: nanoseconds('2026-11-22T15:29:13Z'),
        body: '',
        attributes: {
          'x@1.a': 'say "hi" \\ []',
          'x@1.ip': ['192.0.2.1', '192.0.2.2'],
          'syslog.facility': 'local4',
          'syslog.procid': 'worker-3',
        },
      },
      {},
    ],
    [
      'structured data that does not end: it is left in the body',
      '<165>1 - h a - - [x@1 a="b" text',
      { body: '[x@1 a="b" text', attributes: { 'syslog.facility': 'local4' } },
      {},
    ],
    [
      'rsyslog over UDP, RFC 3164',
      '<131>Nov 22 15:29:13 web-1 shop[4711]: card declined for order 5990',
      {
        time: nanoseconds('2026-11-22T15:29:13Z'),
        severityNumber: 17,
        severityText: 'err',
        body: 'card declined for order 5990',
        attributes: { 'syslog.facility': 'local0', 'process.pid': 4711 },
      },
      { 'host.name': 'web-1', 'service.name': 'shop' },
    ],
    [
      'rsyslog with RSYSLOG_ForwardFormat',
      '<38>2026-11-22T16:29:13.123456+01:00 web-1 sshd[812]: Accepted publickey for ann',
      {
        time: '1795361353123456000',
        body: 'Accepted publickey for ann',
        attributes: { 'syslog.facility': 'auth', 'process.pid': 812 },
      },
      { 'host.name': 'web-1', 'service.name': 'sshd' },
    ],
    [
      'a program on its own host, without a hostname',
      '<13>Nov  2 05:09:03 root: disk is full',
      { time: nanoseconds('2026-11-02T05:09:03Z'), body: 'disk is full' },
      { 'service.name': 'root' },
    ],
    [
      'a host that is an IPv6 address, a tag with a path',
      '<22>Nov 22 15:29:13 2001:db8::17 postfix/smtpd[99]: connect from unknown',
      { body: 'connect from unknown', attributes: { 'syslog.facility': 'mail', 'process.pid': 99 } },
      { 'host.name': '2001:db8::17', 'service.name': 'postfix/smtpd' },
    ],
    [
      'a device that says its year and no tag',
      '<189>Nov 22 2025 15:29:13.250 sw-4 link up on port 3',
      { time: '1763825353250000000', body: 'link up on port 3' },
      { 'host.name': 'sw-4' },
    ],
    [
      'winston-syslog, JSON right behind the tag',
      '<134>Nov 22 15:29:13 web-1 shop[4711]:{"level":"info","message":"order 17 placed"}',
      { severityText: 'info', body: '{"level":"info","message":"order 17 placed"}' },
      { 'host.name': 'web-1', 'service.name': 'shop' },
    ],
    [
      'Python, which sends no header and ends with NUL',
      '<11>ValueError: no such order\nTraceback (most recent call last):\n  File "shop.py", line 3\0',
      {
        severityText: 'err',
        body: 'ValueError: no such order\nTraceback (most recent call last):\n  File "shop.py", line 3',
        attributes: { 'syslog.facility': 'user' },
      },
      {},
    ],
    [
      'a program with a tag and a process id but no time',
      '<14>shop[12]: hello',
      { body: 'hello', attributes: { 'syslog.facility': 'user', 'process.pid': 12 } },
      { 'service.name': 'shop' },
    ],
    [
      'structured logging with a cookie: the body is kept',
      '<14>Nov 22 15:29:13 web-1 shop: @cee: {"msg":"hi"}',
      { body: '@cee: {"msg":"hi"}' },
      { 'host.name': 'web-1', 'service.name': 'shop' },
    ],
  ])('%s', (_, text, record, resource) => {
    const message = read(text)!;
    expect(message.record).toMatchObject(record);
    expect(message.resource).toEqual(resource === undefined ? {} : expect.objectContaining(resource));
  });

  test.each([
    ['<999>1 2026-11-22T15:29:13Z h a - - - x', '<999>1 2026-11-22T15:29:13Z h a - - - x'],
    ['{"level":"info"}', '{"level":"info"}'],
    ['<14>Feb 30 10:00:00 no such day', 'such day'],
    ['<14>1 apple a day', '1 apple a day'],
    ['\ufeff<14>marked', 'marked'],
  ])('nobody knows what, %s, keeps what was said', (text, body) => {
    expect(read(text)!.record.body).toBe(body);
  });

  test.each(['', '\0', '<14>', '<14>\r\n', '  '])('nothing, %j, is none', (text) => {
    expect(read(text)).toBeNull();
  });

  test.each([
    ['a', `<14>1 - - - - - ${'[a'.repeat(300_000)}`],
    ['b', `<14>1 - - - - - [a${' b="c"'.repeat(150_000)}`],
    ['c', `<14>1 - - - - - [a${' b="c"'.repeat(150_000)}] x`],
    ['d', `<14>1 - - - - - [a b="${'\\'.repeat(900_000)}`],
    ['e', `<14>Nov 22 15:29:13 ${'a'.repeat(1_000_000)}`],
    ['f', `<14>${' '.repeat(1_000_000)}x`],
    ['g', `<14>${'x\r\n'.repeat(300_000)}y`],
  ])('a mebibyte of a hostile sender (%s) is read in no time that grows with its square', (_, text) => {
    expect(read(text)!.record.body.length).toBeGreaterThan(0);
  });
});

describe('a time without a year', () => {
  test.each([
    ['<14>Dec 31 23:59:59 h a: x', '2027-01-01T00:00:05Z', 'UTC', '2026-12-31T23:59:59Z'],
    ['<14>Jan  1 00:00:03 h a: x', '2026-12-31T23:59:59Z', 'UTC', '2027-01-01T00:00:03Z'],
    ['<14>Feb 29 12:00:00 h a: x', '2028-03-01T00:00:00Z', 'UTC', '2028-02-29T12:00:00Z'],
    ['<14>Feb 29 12:00:00 h a: x', '2026-03-01T00:00:00Z', 'UTC', undefined],
    ['<14>Nov 22 16:29:13 h a: x', '2026-11-22T15:30:00Z', 'Europe/Vienna', '2026-11-22T15:29:13Z'],
    ['<14>Jul 22 17:29:13 h a: x', '2026-07-22T15:30:00Z', 'Europe/Vienna', '2026-07-22T15:29:13Z'],
    ['<14>Oct 25 03:30:00 h a: x', '2026-10-25T02:31:00Z', 'Europe/Vienna', '2026-10-25T02:30:00Z'],
    ['<14>Nov 22 21:14:13 h a: x', '2026-11-22T15:30:00Z', 'Asia/Kathmandu', '2026-11-22T15:29:13Z'],
    ['<14>Nov 22 10:29:13 h a: x', '2026-11-22T15:30:00Z', 'America/New_York', '2026-11-22T15:29:13Z'],
  ])('%s at %s in %s', (text, now, zone, time) => {
    expect(read(text, Date.parse(now), zone)!.record.time).toBe(time && nanoseconds(time));
  });
});
