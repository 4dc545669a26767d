import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejection } from '#server/platform/rejection.ts';
import { BoundValues } from '#server/query/bound-values.ts';
import { parseSearch } from '#server/query/search.ts';
import { anySearch } from '#server/query/test-search.ts';
import { eventCondition, nothingKnown } from './event-search.ts';

const NOON = Date.UTC(2026, 5, 10, 12);

function compile(text: string) {
  const bound = new BoundValues();
  return {
    sql: eventCondition(parseSearch(text), bound, nothingKnown(NOON)),
    values: Object.values(bound.params),
  };
}

describe('a search of events', () => {
  it.each<[string, string, unknown[]]>([
    ['', '1', []],
    ['release:1.0', '(release = {v1:String})', ['1.0']],
    ['!environment:prod*', 'NOT (environment ILIKE {v1:String})', ['prod%']],
    ['user.id:42', '(user_id = {v1:String})', ['42']],
    ['server_name:web1', '(host = {v1:String})', ['web1']],
    ['browser:Firefox', 'tags[{v1:String}] = {v2:String}', ['browser', 'Firefox']],
    ['tags[release]:x', 'tags[{v1:String}] = {v2:String}', ['release', 'x']],
    ['has:browser', 'mapContains(tags, {v1:String})', ['browser']],
    ['has:trace', "(trace_id != '')", []],
    [
      '100%_a',
      '(title ILIKE {v1:String} OR culprit ILIKE {v1:String} OR message ILIKE {v1:String})',
      ['%100\\%\\_a%'],
    ],
    ['error.unhandled:true', 'ifNull(handled, 1) = 0', []],
    [
      'a:1 OR b:2',
      '(tags[{v1:String}] = {v2:String} OR tags[{v3:String}] = {v4:String})',
      ['a', '1', 'b', '2'],
    ],
    ['timestamp:>-1h', '(timestamp >= fromUnixTimestamp64Milli({v1:Int64}))', [NOON - 3_600_000]],
  ])('%j asks %s', (text, sql, values) => {
    expect(compile(text)).toEqual({ sql, values });
  });

  it.each(['error.handled:maybe', 'timestamp:soon', 'count:>many'])('%j is refused', (text) => {
    expect(() => compile(text)).toThrow(Rejection);
  });

  it('never carries a word of the one who searches', () => {
    // All that may stand in the condition: names of ours, operators and placeholders.
    const ours = /^(?:[a-zA-Z0-9_ ()[\],!=<>.']|\{v\d+:(?:String|Int64|Float64)\})*$/;
    fc.assert(
      fc.property(anySearch, (filter) => {
        try {
          const sql = eventCondition(filter, new BoundValues(), nothingKnown(NOON));
          expect(sql).toMatch(ours);
          expect(sql.replaceAll("''", '')).not.toContain("'");
        } catch (error) {
          expect(error).toBeInstanceOf(Rejection);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
