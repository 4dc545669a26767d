/** Who is signed in and what they may do; members, invitations, the first start. */
import * as z from 'zod';
import { time } from './time.ts';

export const Role = z.enum(['owner', 'admin', 'member', 'viewer']);
export type Role = z.infer<typeof Role>;
export const Person = z.object({ id: z.string(), name: z.string(), email: z.string(), role: Role });
export type Person = z.infer<typeof Person>;

/** What a role or a token may allow. */
export const TOKEN_SCOPES = [
  'org:read',
  'org:admin',
  'project:read',
  'project:write',
  'project:admin',
  'project:releases',
  'event:read',
  'event:write',
  'event:admin',
  'member:read',
  'alerts:read',
  'alerts:write',
] as const;
export type Scope = (typeof TOKEN_SCOPES)[number];

export const ProjectSummary = z.object({
  id: z.string(),
  slug: z.string(),
  name: z.string(),
  platform: z.string(),
  createdAt: time,
  firstEventAt: time.nullable(),
});
export type ProjectSummary = z.infer<typeof ProjectSummary>;

/** GET /api/v1/session: who is signed in and what they can see. 401 when nobody is. */
export const Session = z.object({
  user: Person,
  /** What they may do; everything else is refused. */
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  organization: z.object({ slug: z.string(), name: z.string() }),
  projects: z.array(ProjectSummary),
  version: z.string(),
  /** Address that senders use, for DSNs and snippets. */
  publicUrl: z.string(),
});
export type Session = z.infer<typeof Session>;

/** GET /api/v1/setup?token=… says whether the link is good; POST creates the first administrator and signs in (204). */
export const SetupState = z.object({ needed: z.boolean(), tokenValid: z.boolean() });
export type SetupState = z.infer<typeof SetupState>;
export const SetupRequest = z.object({
  token: z.string().max(200),
  name: z.string().min(1).max(200),
  email: z.email().max(320),
  password: z.string().min(10).max(200),
});
export type SetupRequest = z.infer<typeof SetupRequest>;

/**
 * POST /api/v1/session signs in: 204 and a cookie, or 401 sign_in_failed. DELETE /api/v1/session signs out: 204.
 * A request that writes with the session cookie must come from this server's own pages (Origin).
 */
export const SignInRequest = z.object({ email: z.email().max(320), password: z.string().min(1).max(200) });
export type SignInRequest = z.infer<typeof SignInRequest>;
/** POST /api/v1/session/password: 204. Every other session of the person ends. */
export const PasswordChange = z.object({
  currentPassword: z.string().max(200),
  newPassword: z.string().min(10).max(200),
});
export type PasswordChange = z.infer<typeof PasswordChange>;

/** GET /api/v1/members ; PATCH and DELETE /api/v1/members/:id */
export const Members = z.array(Person);
export type Members = z.infer<typeof Members>;
export const MemberUpdate = z.object({ role: Role });
export type MemberUpdate = z.infer<typeof MemberUpdate>;

/** POST /api/v1/members answers a one-time link to send to the person (no mail is needed). */
export const InviteRequest = z.object({ email: z.email().max(320), role: Role.exclude(['owner']) });
export type InviteRequest = z.infer<typeof InviteRequest>;
export const InviteAnswer = z.object({ url: z.string() });
export type InviteAnswer = z.infer<typeof InviteAnswer>;
/**
 * GET /api/v1/invites/accept?token=… for the page behind the link; POST makes the account, or gives a member the new
 * password, and signs in (204).
 */
export const InviteState = z.object({
  tokenValid: z.boolean(),
  /** `password`: for a member, who keeps name and role. */
  purpose: z.enum(['join', 'password']),
  /** The member's; empty for one who is to join. */
  name: z.string(),
  email: z.string(),
  role: Role,
  organization: z.string(),
});
export type InviteState = z.infer<typeof InviteState>;
export const InviteAcceptance = SetupRequest.omit({ email: true });
export type InviteAcceptance = z.infer<typeof InviteAcceptance>;
