import { describe, expect, it } from 'vitest';
import { timeInLine } from './line-time.ts';

const NOW = Date.parse('2026-01-02T00:00:00Z');
/** Of this machine's zone, as `Date` has it. */
const local = (time: string, fraction = '000000000') => `${Date.parse(time) / 1000}${fraction}`;
const utc = (time: string, fraction?: string) => local(`${time}Z`, fraction);

describe('the time in a line', () => {
  it.each<[string, string, string | undefined]>([
    ['ISO 8601', '2026-01-01T12:00:00.123456789Z up', utc('2026-01-01T12:00:00', '123456789')],
    ['with an offset', '2026-01-01T14:00:00+02:00 up', utc('2026-01-01T12:00:00')],
    ['in brackets', '[2026-01-01 12:00:00 UTC] up', utc('2026-01-01T12:00:00')],
    ['Python', '2026-01-01 12:00:00,123 ERROR shop: no', local('2026-01-01T12:00:00', '123000000')],
    ['behind a level', 'INFO  2026-01-01 12:00:00 up', local('2026-01-01T12:00:00')],
    ['log4j', '[ERROR] 2026-01-01 12:00:00,5 [main] Cart', local('2026-01-01T12:00:00', '500000000')],
    ['Go', '2026/01/01 12:00:00.000042 up', local('2026-01-01T12:00:00', '000042000')],
    ['nginx', '2026/01/01 12:00:00 [error] 12#0: *1 no', local('2026-01-01T12:00:00')],
    ['Apache, access', '10.0.0.1 - - [01/Jan/2026:12:00:00 +0100] "GET /"', utc('2026-01-01T11:00:00')],
    [
      'Apache, error',
      '[Thu Jan 01 12:00:00.25 2026] [core:error]',
      local('2026-01-01T12:00:00', '250000000'),
    ],
    ['PHP', '[01-Jan-2026 12:00:00 UTC] PHP Warning:  no', utc('2026-01-01T12:00:00')],
    ['syslog', 'Jan  1 12:00:00 web-1 shop[7]: up', local('2026-01-01T12:00:00')],
    ['syslog, of last year', 'Dec 31 12:00:00 web-1 shop[7]: up', local('2025-12-31T12:00:00')],
    ['klog', 'E0101 12:00:00.000042       1 main.go:7] no', local('2026-01-01T12:00:00', '000042000')],
    ['logfmt', 'level=info time="2026-01-01T12:00:00Z" msg=up', utc('2026-01-01T12:00:00')],
    ['logfmt, a number', 'ts=1795348800.5 msg=up', '1795348800500000000'],
    ['seconds', '1795348800 up', '1795348800000000000'],
    ['milliseconds', '[1795348800123] up', '1795348800123000000'],
    ['microseconds', '1795348800123456: up', '1795348800123456000'],
    ['nanoseconds', '1795348800123456789 up', '1795348800123456789'],
    ['none', 'GET /cart 200 in 12 ms', undefined],
    ['a date in the text', 'the order of 2026-01-01 12:00:00 is late', undefined],
    ['a number of other things', '1795348800-4711 is the order', undefined],
    ['no such day', '2026-13-41 12:00:00 up', undefined],
  ])('%s', (_, line, expected) => expect(timeInLine(line, NOW)).toBe(expected));
});
