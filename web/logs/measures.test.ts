import { expect, it } from 'vitest';
import type { LogMeasure } from '#contract/logs.ts';
import { exactFigure, measureWords, shortFigure, toldFigure, unitOf } from './measures.ts';

it.each([
  ['duration_ms', 'ms'],
  ['http.server.duration.seconds', 's'],
  ['elapsedMs', 'ms'],
  ['response_bytes', 'bytes'],
  ['bodyBytes', 'bytes'],
  ['took_us', 'us'],
  ['duration', 'none'],
  ['items', 'none'],
  ['status', 'none'],
  ['class', 'none'],
])('%s is in %s', (field, unit) => expect(unitOf(field)).toBe(unit));

it.each<[number, LogMeasure, string, string, string]>([
  [1234.5678, 'p95', 'duration_ms', '1.23 s', '1,234.5678 ms'],
  [0.25, 'avg', 'took_ms', '250 µs', '0.25 ms'],
  [1_500_000, 'sum', 'body_bytes', '1.5 MB', '1,500,000 bytes'],
  [0.0251, 'rate', '', '0.0251/s', '0.0251 per second'],
  [123_456, 'count', '', '123,456', '123,456'],
  [12_345_678, 'count', '', '12.3M', '12,345,678'],
  [7, 'distinct', 'duration_ms', '7', '7'],
  [-2.6667, 'min', 'balance', '-2.67', '-2.6667'],
  [9_000_000, 'max', 'wait_ms', '2.5 h', '9,000,000 ms'],
])('%d (%s of %s) is %s, exactly %s', (value, measure, field, short, exact) => {
  expect(shortFigure(value, measure, field)).toBe(short);
  expect(exactFigure(value, measure, field)).toBe(exact);
});

it.each<[number, LogMeasure, string, string]>([
  [2633.1074, 'p95', 'duration_ms', '2.63 s'],
  [12_345_678, 'count', '', '12,345,678'],
  [2.66667, 'avg', 'items', '2.67'],
])('%d (%s of %s) is told as %s', (value, measure, field, told) =>
  expect(toldFigure(value, measure, field)).toBe(told),
);

it('says what is measured', () => {
  expect(measureWords('p95', 'duration_ms')).toBe('p95 of duration_ms');
  expect(measureWords('p50', 'x')).toBe('p50 of x');
});
