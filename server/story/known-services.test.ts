/** Whose a line is that Sentry's SDK sent without a service. */
import { expect, it } from 'vitest';
import { withKnownServices } from './known-services.ts';
import { lineOf, type TestLine } from './test-lines.ts';

const SERVER = { kind: 'span', traceId: 't', spanId: 's1', isSegment: true } as const;
const CALL = { kind: 'span', traceId: 't', spanId: 's2', parentSpanId: 's1' } as const;

it.each<[string, Partial<TestLine>[], string[]]>([
  [
    'is what a line of the same span says',
    [{ service: 'stock', traceId: 't', spanId: 's1' }, SERVER],
    ['stock', 'stock'],
  ],
  [
    'is that of the span above it, in the same process',
    [SERVER, CALL, { service: 'stock', traceId: 't', spanId: 's1' }],
    ['stock', 'stock', 'stock'],
  ],
  [
    'is not that of who called it',
    [{ ...SERVER, spanId: 's3', parentSpanId: 's2' }, CALL, { service: 'web', traceId: 't', spanId: 's2' }],
    ['', 'web', 'web'],
  ],
  [
    'is the only one of its host',
    [
      { service: 'stock', host: 'stock-3' },
      { ...SERVER, host: 'stock-3' },
    ],
    ['stock', 'stock'],
  ],
  [
    'is unknown on a host of two',
    [
      { service: 'payments', host: 'h' },
      { service: 'health-check', host: 'h' },
      { ...SERVER, host: 'h' },
    ],
    ['payments', 'health-check', ''],
  ],
  [
    'of an error is who says the same on its host',
    [
      { service: 'payments', host: 'h', body: 'POST /pay failed: no receipt for order A-17' },
      { service: 'health-check', host: 'h' },
      { kind: 'error', why: 'event', host: 'h' },
    ],
    ['payments', 'health-check', 'payments'],
  ],
  [
    'of breadcrumbs is that of their error',
    [
      { kind: 'breadcrumb', why: 'event', traceId: 't' },
      { kind: 'error', why: 'event', traceId: 't', spanId: 's1' },
      { service: 'web', traceId: 't', spanId: 's1', why: 'trace' },
    ],
    ['web', 'web', 'web'],
  ],
])('%s', (_, lines, services) => {
  const told = withKnownServices(
    lines.map((line) => lineOf({ at: 0, body: 'x', ...line })),
    ['no receipt for order A-17'],
  );
  expect(told.map(({ knownService }) => knownService)).toEqual(services);
});
