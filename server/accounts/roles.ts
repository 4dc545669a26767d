/** What each role may do, in one table. A person's API token never allows more than the person. */
import { type Scope, TOKEN_SCOPES } from '#contract/people.ts';
import type { Viewer } from './accounts.ts';

type Role = Viewer['role'];

const LOOK = [
  'org:read',
  'project:read',
  'event:read',
  'member:read',
  'alerts:read',
] as const satisfies Scope[];

/** An owner differs from an admin by rule alone: only owners make and unmake owners (members.ts). */
export const ROLE_SCOPES: Record<Role, readonly Scope[]> = {
  viewer: LOOK,
  member: [...LOOK, 'event:write', 'alerts:write', 'project:releases'],
  admin: TOKEN_SCOPES,
  owner: TOKEN_SCOPES,
};

/** The role that comes nearest to a set of scopes: what a token's holder is called where a role is shown. */
export function roleOfScopes(scopes: readonly Scope[]): Role {
  if (scopes.includes('org:admin')) return 'admin';
  return scopes.includes('event:write') ? 'member' : 'viewer';
}
