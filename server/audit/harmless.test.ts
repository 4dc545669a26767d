import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessChanges } from './harmless.ts';

describe('what an entry keeps of a request', () => {
  it('is what was chosen, and that there was a text', () => {
    expect(
      harmlessChanges({
        ...{ status: 'resolved', ids: ['1', '2'], enabled: false, quota: { events: 10 }, note: null },
        text: 'the password is hunter2',
      }),
    ).toEqual({
      ...{ status: 'resolved', ids: ['1', '2'], enabled: false, quota: { events: 10 }, note: null },
      text: '(text of 23 characters)',
    });
  });

  it.each(['password', 'newPassword', 'secret', 'apiToken', 'Authorization', 'dsn', 'client_secret'])(
    'never what stands under %s, whatever it is',
    (name) => {
      expect(harmlessChanges({ settings: { [name]: { deep: 12345 } } })).toEqual({
        settings: { [name]: '(left out)' },
      });
    },
  );

  it('is bounded, and nothing but what was sent as JSON', () => {
    const many = Object.fromEntries(Array.from({ length: 1_000 }, (_, n) => [`a${n}`, n]));
    expect(Object.keys(harmlessChanges(many))).toHaveLength(40);
    expect(harmlessChanges({ ids: Array.from({ length: 25 }, String) }).ids).toHaveLength(21);
    expect(harmlessChanges({ a: { b: { c: { d: { e: 1 } } } } })).toEqual({
      a: { b: { c: { d: '(more)' } } },
    });
    for (const body of [null, undefined, 'text', Buffer.from('x'), [1], 7])
      expect(harmlessChanges(body)).toEqual({});
  });

  it('has no text under a name that nobody has thought of', () => {
    const name = fc.string({ minLength: 1, maxLength: 20 }).filter((one) => one !== '__proto__');
    fc.assert(
      fc.property(name, (unknown) => {
        const kept = JSON.stringify(
          harmlessChanges({ [`x-${unknown}`]: 'hunter2', list: [{ [`y-${unknown}`]: 'hunter2' }] }),
        );
        expect(kept).not.toContain('"hunter2"');
      }),
    );
  });
});
