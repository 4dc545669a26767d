import { describe, expect, it } from 'vitest';
import type { AcceptedRecord } from '#server/record/accepted.ts';
import { frameIdentity, namedIdentity } from './request-identity.ts';

const named = (name: string | undefined, body = 'one line', key = 7) =>
  namedIdentity(
    { headers: name === undefined ? {} : { 'idempotency-key': name }, body: Buffer.from(body) },
    key,
  );

describe('a request whose sender names it', () => {
  it('is the same only with the same name, bytes and key', () => {
    const first = named('"8e03978e"');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    expect(named('"8e03978e"')).toBe(first);
    const others = [
      named('"8e03978f"'),
      named('"8e03978e"', 'another line'),
      named('"8e03978e"', 'one line', 8),
    ];
    expect(new Set([first, ...others]).size).toBe(4);
  });

  it('is not named by nothing', () => {
    expect([named(undefined), named(''), named('  ')]).toEqual([undefined, undefined, undefined]);
  });
});

describe('what goes to a lane', () => {
  const record = (type: AcceptedRecord['type'], text: string): AcceptedRecord => ({
    type,
    kind: type === 'spans' ? 'span' : 'log',
    meta: {},
    payload: Buffer.from(text),
  });

  it('is told by the name of its request, in each lane by itself', () => {
    const bulk = frameIdentity('bulk', [record('logs', 'a')], 7, { named: 'n'.repeat(32) });
    expect(bulk).toMatch(/^[0-9a-f]{32}$/);
    expect(frameIdentity('records', [record('event', 'a')], 7, { named: 'n'.repeat(32) })).not.toBe(bulk);
  });

  it('is told by its spans, which have ids, and not by lines of logs, which have none', () => {
    const spans = (text: string, key = 7) => frameIdentity('bulk', [record('spans', text)], key);
    expect(spans('a')).toBe(spans('a'));
    expect(new Set([spans('a'), spans('b'), spans('a', 8)]).size).toBe(3);
    expect(frameIdentity('bulk', [record('logs', 'a')], 7)).toBeUndefined();
  });

  it('is told by the event in whose envelope logs came', () => {
    const logs = (eventId: string, text = 'a') =>
      frameIdentity('bulk', [record('logs', text)], 7, { eventId });
    expect(logs('e1')).toBe(logs('e1'));
    expect(new Set([logs('e1'), logs('e2'), logs('e1', 'b')]).size).toBe(3);
    expect(frameIdentity('records', [record('event', 'a')], 7, { eventId: 'e1' })).toBeUndefined();
  });
});
