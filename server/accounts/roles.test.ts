import { describe, expect, it } from 'vitest';
import type { Scope } from '#contract/people.ts';
import { ROLE_SCOPES, roleOfScopes } from './roles.ts';

describe('roles', () => {
  it('each allows at least what the one below it allows', () => {
    const order = ['viewer', 'member', 'admin', 'owner'] as const;
    order.slice(1).forEach((role, index) => {
      expect(ROLE_SCOPES[role]).toEqual(expect.arrayContaining([...ROLE_SCOPES[order[index]!]]));
    });
  });

  it.each([
    [['org:admin', 'org:read'], 'admin'],
    [['event:write', 'event:read'], 'member'],
    [['event:read'], 'viewer'],
    [[], 'viewer'],
  ] as const)('a token that holds %j is called %s', (scopes, role) => {
    expect(roleOfScopes(scopes as readonly Scope[])).toBe(role);
  });
});
