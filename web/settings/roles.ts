/** What people may do, in words. There is one owner, who made the installation. */
import type { InviteRequest } from '#contract/people.ts';

export const ROLES: readonly { id: InviteRequest['role']; label: string; meaning: string }[] = [
  { id: 'admin', label: 'Admin', meaning: 'everything but the owner' },
  { id: 'member', label: 'Member', meaning: 'works on issues' },
  { id: 'viewer', label: 'Viewer', meaning: 'only looks' },
];
