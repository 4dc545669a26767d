import { describe, expect, it } from 'vitest';
import { error, log, span, trace } from './test-traces.ts';
import { toModel } from './trace-model.ts';
import { type Choice, traceRows } from './trace-rows.ts';

const model = toModel(
  trace({
    spans: [
      span('request', 0, 100, { name: 'POST /checkout' }),
      span('cart', 5, 20, { parentSpanId: 'request', attributes: { 'db.system.name': 'postgresql' } }),
      span('charge', 30, 90, { parentSpanId: 'request', service: 'payments', status: 'error' }),
      span('provider', 40, 80, { parentSpanId: 'charge', service: 'payments' }),
    ],
    logs: [
      log('order placed', 95, { spanId: 'request' }),
      log('card declined', 85, { spanId: 'charge', service: 'payments', level: 'error' }),
      log('no span', 25),
    ],
    errors: [error('PaymentError', 86, { spanId: 'charge', service: 'payments' })],
  }),
);
const rows = (choice: Partial<Choice> = {}) =>
  traceRows(model, {
    shut: new Set(),
    withRecords: true,
    find: '',
    onlyErrors: false,
    service: '',
    ...choice,
  }).map((row) => `${'  '.repeat(row.depth)}${row.key.replace('record ', '· ')}`);

describe('the rows of a trace', () => {
  it('have log records and errors between the spans, by time', () => {
    expect(rows()).toEqual([
      'request',
      '  cart',
      '  charge',
      '    provider',
      '    · card declined',
      '    · PaymentError',
      '  · order placed',
      '· no span',
    ]);
  });

  it('are spans alone when one wants no other', () => {
    expect(rows({ withRecords: false })).toEqual(['request', '  cart', '  charge', '    provider']);
  });

  it('leave out what is inside of a span that is shut', () => {
    expect(rows({ shut: new Set(['charge']) })).toEqual([
      'request',
      '  cart',
      '  charge',
      '  · order placed',
      '· no span',
    ]);
  });

  it.each<[string, Partial<Choice>, string[]]>([
    ['a name, with what leads to it', { find: 'provider' }, ['request', '  charge', '    provider']],
    ['an attribute', { find: 'db.system.name:postgresql' }, ['request', '  cart']],
    ['several words, in any case', { find: 'CARD decl' }, ['request', '  charge', '    · card declined']],
    [
      'what is shut',
      { find: 'provider', shut: new Set(['request']) },
      ['request', '  charge', '    provider'],
    ],
    ['errors', { onlyErrors: true }, ['request', '  charge', '    · card declined', '    · PaymentError']],
    ['a service', { service: 'payments', withRecords: false }, ['request', '  charge', '    provider']],
    ['what is not there', { find: 'nowhere' }, []],
  ])('of a search for %s', (_, choice, expected) => {
    expect(rows(choice)).toEqual(expected);
  });

  it('tell what was found from what leads to it', () => {
    const found = traceRows(model, {
      shut: new Set(),
      withRecords: false,
      find: 'provider',
      onlyErrors: false,
      service: '',
    });
    expect(found.map((row) => row.kind === 'span' && row.isFound)).toEqual([false, false, true]);
  });
});
