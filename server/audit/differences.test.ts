import { describe, expect, it } from 'vitest';
import { differencesOf } from './differences.ts';

describe('what a change made different', () => {
  it.each([
    ['a number', { limit: 100 }, { limit: 50 }, [['limit', 100, 50]]],
    ['nothing', { a: { b: [1, 2] } }, { a: { b: [1, 2] } }, []],
    ['a field that is new', {}, { name: 'Payments' }, [['name', null, 'Payments']]],
    ['a thing that was deleted', { role: 'admin' }, {}, [['role', 'admin', null]]],
    [
      'deep within',
      { test: { is: 'above', at: 1 } },
      { test: { is: 'below', at: 1 } },
      [['test.is', 'above', 'below']],
    ],
    ['a list', { to: ['a', 'b'] }, { to: ['b'] }, [['to', '["a","b"]', '["b"]']]],
    [
      'a list of things',
      { counts: [{ of: 'users' }] },
      { counts: [{ of: 'events' }] },
      [['counts.0.of', 'users', 'events']],
    ],
    [
      'a secret',
      { settings: { apiToken: 'one' } },
      { settings: { apiToken: 'two' } },
      [['settings.apiToken', '(left out)', '(left out)']],
    ],
    [
      'an address with a password',
      { url: '' },
      { url: 'https://ada:hunter2@example.com/' },
      [['url', '', '(left out)']],
    ],
  ])('is told of %s', (_, before, after, told) => {
    const { differences } = differencesOf(before, after);
    expect(differences.map((one) => [one.field, one.before, one.after])).toEqual(told);
  });

  it('is of a long text the lines that differ', () => {
    const lines = Array.from({ length: 50 }, (_, at) => `path:src/${at}/* #team-${at}`);
    const after = lines.with(7, 'path:src/7/* ada@example.com');
    expect(differencesOf({ rules: lines.join('\n') }, { rules: after.join('\n') }).differences).toEqual([
      { field: 'rules', before: 'path:src/7/* #team-7', after: 'path:src/7/* ada@example.com' },
    ]);
  });

  it('is bounded, and says how much it leaves out', () => {
    const many = Object.fromEntries(
      Array.from({ length: 100 }, (_, at) => [`field${at}`, 'x'.repeat(10_000)]),
    );
    const { differences, more } = differencesOf({}, many);
    expect([differences.length, more]).toEqual([40, 60]);
    expect(JSON.stringify(differences).length).toBeLessThan(20_000);
    const deep = JSON.parse(`${'{"a":'.repeat(2_000)}1${'}'.repeat(2_000)}`) as object;
    expect(JSON.stringify(differencesOf({}, { ...deep })).length).toBeLessThan(1_000);
  });
});
