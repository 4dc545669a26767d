/** What a token may be allowed, in words. */
import type { Scope } from '#contract/people.ts';

/** A record, so that a new scope of the contract cannot be forgotten here. */
const MEANINGS: Record<Scope, string> = {
  'org:read': 'See the organisation',
  'org:admin': 'Change the organisation',
  'project:read': 'See projects and keys',
  'project:write': 'Change projects',
  'project:admin': 'Make and delete projects',
  'project:releases': 'Make releases, upload source maps',
  'event:read': 'See issues and events',
  'event:write': 'Resolve and archive issues',
  'event:admin': 'Delete issues',
  'member:read': 'See members',
  'alerts:read': 'See alerts',
  'alerts:write': 'Change alert rules, silence alerts',
};

export const SCOPES = (Object.entries(MEANINGS) as [Scope, string][]).map(([scope, meaning]) => ({
  scope,
  meaning,
}));
