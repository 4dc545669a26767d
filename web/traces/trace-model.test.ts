import { describe, expect, it } from 'vitest';
import { error, log, span, trace } from './test-traces.ts';
import { type SpanNode, serviceOf, toModel } from './trace-model.ts';

const MS = 1_000_000;
const of = (parent: string) => ({ parentSpanId: parent });
/** `name depth start-end`, as they are drawn. */
const drawn = (nodes: readonly SpanNode[]) =>
  nodes.map(({ key, depth, start, end }) => `${key} ${depth} ${start / MS}-${end / MS}`);

describe('the tree of a trace', () => {
  it('has children below their parent, by their beginning', () => {
    const { nodes, whole } = toModel(
      trace({
        spans: [
          span('request', 0, 100),
          span('query', 50, 90, of('request')),
          span('login', 10, 40, of('request')),
          span('hash', 12, 30, of('login')),
        ],
      }),
    );
    expect(drawn(nodes)).toEqual(['request 0 0-100', 'login 1 10-40', 'hash 2 12-30', 'query 1 50-90']);
    expect(whole).toEqual({ from: 0, to: 100 * MS });
  });

  it('has several roots, and those whose parent is not stored', () => {
    const { roots } = toModel(
      trace({ spans: [span('one', 0, 10), span('two', 5, 9, of('not stored')), span('three', 20, 30)] }),
    );
    expect(roots.map(({ key, isOrphan }) => [key, isOrphan])).toEqual([
      ['one', false],
      ['two', true],
      ['three', false],
    ]);
  });

  it('has every span once, also those that are their own ancestors', () => {
    const { nodes } = toModel(
      trace({
        spans: [
          span('a', 0, 10, of('c')),
          span('b', 1, 9, of('a')),
          span('c', 2, 8, of('b')),
          span('self', 3, 4, of('self')),
        ],
      }),
    );
    expect(drawn(nodes)).toEqual(['a 0 0-10', 'b 1 1-9', 'c 2 2-8', 'self 0 3-4']);
  });

  it('has both of two projects that chose the same id', () => {
    const { nodes } = toModel(
      trace({ spans: [span('same', 0, 10), span('same', 1, 2, { projectId: '2' })] }),
    );
    expect(nodes.map(({ key }) => key)).toEqual(['same', 'same@2']);
  });

  it('is as deep as it is long', () => {
    const count = 10_000;
    const spans = Array.from({ length: count }, (_, n) =>
      span(`s${n}`, n, count * 2 - n, n === 0 ? {} : of(`s${n - 1}`)),
    );
    const { nodes } = toModel(trace({ spans }));
    expect([nodes.length, nodes.at(-1)!.depth, nodes[0]!.below]).toEqual([count, count - 1, count - 1]);
  });

  it('tells a failure below', () => {
    const { nodes } = toModel(
      trace({
        spans: [
          span('request', 0, 10),
          span('work', 1, 9, of('request')),
          span('failed', 2, 3, { ...of('work'), status: 'error' }),
        ],
      }),
    );
    expect(nodes.map(({ failsBelow }) => failsBelow)).toEqual([true, true, false]);
  });
});

describe('the time a span takes itself', () => {
  it('is without its children, whose overlap counts once, and which may outlive it', () => {
    const { nodes } = toModel(
      trace({
        spans: [
          span('request', 0, 100),
          span('a', 10, 40, of('request')),
          span('b', 30, 50, of('request')),
          span('after', 90, 130, of('request')),
        ],
      }),
    );
    expect(nodes[0]!.selfNs).toBe(50 * MS);
    expect(nodes[0]!.selfParts).toEqual([
      { from: 0, to: 10 * MS },
      { from: 50 * MS, to: 90 * MS },
    ]);
  });
});

describe('clocks that differ', () => {
  it('do not let a span begin before its parent of another host; all it did there moves along', () => {
    const other = { service: 'payments', host: 'pay-1' };
    const { nodes, shifted } = toModel(
      trace({
        spans: [
          span('request', 0, 100, { host: 'web-1' }),
          span('charge', -5000, -4940, { ...of('request'), ...other }),
          span('query', -4990, -4980, { ...of('charge'), ...other }),
        ],
        logs: [log('charged', -4950, { spanId: 'charge', service: 'payments' })],
      }),
    );
    expect(drawn(nodes)).toEqual(['request 0 0-100', 'charge 1 20-80', 'query 2 30-40']);
    expect(nodes[1]!.records[0]!.at).toBe(70 * MS);
    expect(shifted).toEqual(['payments']);
  });

  it('let one that is longer than its parent begin with it', () => {
    const { nodes } = toModel(
      trace({ spans: [span('send', 0, 10), span('job', -50, 450, { ...of('send'), service: 'worker' })] }),
    );
    expect(drawn(nodes)).toEqual(['send 0 0-10', 'job 1 0-500']);
  });

  it('are trusted within a service, and for what begins later', () => {
    const { nodes, shifted } = toModel(
      trace({
        spans: [
          span('send', 0, 10),
          span('early', -1, 5, of('send')),
          span('job', 900, 950, { ...of('send'), service: 'worker' }),
        ],
      }),
    );
    expect(drawn(nodes)).toEqual(['send 0 1-11', 'early 1 0-6', 'job 1 901-951']);
    expect(shifted).toEqual([]);
  });
});

describe('log records and errors', () => {
  it('stand at their spans by time; those of none by themselves', () => {
    const { nodes, loose, records, services } = toModel(
      trace({
        spans: [span('request', 0, 100)],
        logs: [
          log('later', 60, { spanId: 'request' }),
          log('elsewhere', 20, { spanId: 'not stored', service: 'cron' }),
        ],
        errors: [error('TypeError', 50, { spanId: 'request' })],
      }),
    );
    expect(nodes[0]!.records.map(({ key }) => key)).toEqual(['TypeError', 'later']);
    expect(loose.map(({ key }) => key)).toEqual(['elsewhere']);
    expect(records.map(({ key }) => key)).toEqual(['elsewhere', 'TypeError', 'later']);
    expect(services).toEqual(['web', 'cron']);
  });

  it('make the time line of a trace without spans', () => {
    const { whole, records } = toModel(
      trace({ logs: [log('first', 1000), log('last', 4000)], errors: [error('TypeError', 2000)] }),
    );
    expect(whole.to).toBe(3000 * MS);
    expect(records.map(({ at }) => at / MS)).toEqual([0, 1000, 3000]);
  });

  it('widen the axis a little, and not by an hour', () => {
    const spans = [span('request', 0, 100)];
    expect(toModel(trace({ spans, logs: [log('bye', 110)] })).whole.to).toBe(110 * MS);
    expect(toModel(trace({ spans, logs: [log('bye', 3_600_000)] })).whole.to).toBe(100 * MS);
  });

  it('are of the service of their span when they name none', () => {
    const { records, services } = toModel(
      trace({
        spans: [span('request', 0, 100)],
        errors: [error('TypeError', 50, { spanId: 'request', service: '' })],
      }),
    );
    expect([serviceOf(records[0]!), services]).toEqual(['web', ['web']]);
  });

  it('that are equal are all there', () => {
    const { records } = toModel(trace({ logs: [log('twice', 0), log('twice', 0)] }));
    expect(records.map(({ key }) => key)).toEqual(['twice', 'twice+1']);
  });
});
