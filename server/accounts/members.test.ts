import { expect, it } from 'vitest';
import type { Viewer } from './accounts.ts';
import { checkMemberChange } from './members.ts';

type Role = Viewer['role'];

it.each<[string, Role, Role, Role | null, number, string]>([
  ['an admin makes a viewer a member', 'admin', 'viewer', 'member', 1, 'allowed'],
  ['an admin makes themselves a viewer', 'admin', 'admin', 'viewer', 1, 'allowed'],
  ['an admin removes a member', 'admin', 'member', null, 1, 'allowed'],
  ['an admin makes an owner', 'admin', 'member', 'owner', 1, 'not_allowed'],
  ['an admin makes an owner a member', 'admin', 'owner', 'member', 2, 'not_allowed'],
  ['an admin removes an owner', 'admin', 'owner', null, 2, 'not_allowed'],
  ['an owner makes a second owner', 'owner', 'admin', 'owner', 1, 'allowed'],
  ['one of two owners steps back', 'owner', 'owner', 'admin', 2, 'allowed'],
  ['the last owner steps back', 'owner', 'owner', 'admin', 1, 'last_owner'],
  ['the last owner is removed', 'owner', 'owner', null, 1, 'last_owner'],
  ['the last owner stays owner', 'owner', 'owner', 'owner', 1, 'allowed'],
])('%s', (_what, actor, target, next, owners, outcome) => {
  const change = () => checkMemberChange(actor, target, next, owners);
  if (outcome === 'allowed') expect(change).not.toThrow();
  else expect(change).toThrow(expect.objectContaining({ code: outcome }));
});
