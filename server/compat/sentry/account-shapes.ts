/** People, organizations, projects and keys as Sentry's API shows them. */
import type { Selectable } from 'kysely';
import type { ProjectSummary } from '#contract/people.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { spellDsn } from '#server/projects/projects.ts';
import type { IngestKeyTable } from '#server/store/metadata/schema.ts';

const NO_AVATAR = { avatarType: 'letter_avatar', avatarUuid: null, avatarUrl: null };

/** Null for a token that no person owns: clients take a user without an e-mail for an error. */
export function userShape({ userId, name, email }: Viewer) {
  if (userId === null) return null;
  return {
    id: userId,
    name,
    username: email,
    email,
    avatarUrl: null,
    avatar: NO_AVATAR,
    emails: [{ id: userId, email, is_verified: true }],
    isActive: true,
    isManaged: false,
    isStaff: false,
    isSuperuser: false,
    isAuthenticated: true,
    has2fa: false,
    hasPasswordAuth: true,
    identities: [],
    options: { language: 'en', timezone: 'UTC', clock24Hours: true, stacktraceOrder: -1, theme: 'system' },
    flags: { newsletter_consent_prompt: false },
    experiments: {},
  };
}

export interface OrganizationRow {
  id: number;
  slug: string;
  name: string;
  created_at: number;
}

export function organizationShape(organization: OrganizationRow, publicUrl: string) {
  return {
    id: String(organization.id),
    slug: organization.slug,
    name: organization.name,
    dateCreated: new Date(organization.created_at).toISOString(),
    status: { id: 'active', name: 'active' },
    isEarlyAdopter: false,
    require2FA: false,
    requireEmailVerification: false,
    allowMemberInvite: true,
    allowMemberProjectCreation: true,
    allowSuperuserAccess: false,
    hasAuthProvider: false,
    avatar: NO_AVATAR,
    features: [] as string[],
    links: { organizationUrl: publicUrl, regionUrl: publicUrl },
    onboardingTasks: [],
  };
}

/** Colours of projects are made up from their id: clients draw a dot with it. */
const COLORS = ['#3f70bf', '#bf6e3f', '#3fbf7f', '#bf3f85', '#7a3fbf', '#bfa73f', '#3fb5bf', '#bf3f3f'];

export function projectShape(project: ProjectSummary, viewer: Viewer) {
  return {
    id: project.id,
    slug: project.slug,
    name: project.name,
    platform: project.platform || null,
    platforms: project.platform ? [project.platform] : [],
    dateCreated: project.createdAt,
    firstEvent: project.firstEventAt,
    firstTransactionEvent: false,
    status: 'active',
    isBookmarked: false,
    isInternal: false,
    isPublic: false,
    isMember: true,
    hasAccess: true,
    hasSessions: true,
    hasFeedbacks: true,
    hasMonitors: true,
    hasReplays: false,
    hasProfiles: false,
    hasMinifiedStackTrace: false,
    access: viewer.scopes,
    features: [] as string[],
    color: COLORS[Number(project.id) % COLORS.length]!,
    avatar: NO_AVATAR,
    team: null,
    teams: [],
    eventProcessing: { symbolicationDegraded: false },
    organization: {
      id: String(viewer.organization.id),
      slug: viewer.organization.slug,
      name: viewer.organization.name,
    },
  };
}

/** Where a key may be put. All of them are spellings of the same ingest key. */
export function keyShape(row: Selectable<IngestKeyTable>, publicUrl: string) {
  const dsn = spellDsn(publicUrl, row.public_key, row.project_id);
  const endpoint = (name: string) =>
    `${publicUrl}/api/${row.project_id}/${name}/?sentry_key=${row.public_key}`;
  return {
    id: row.public_key,
    name: row.label,
    label: row.label,
    public: row.public_key,
    secret: row.public_key,
    projectId: row.project_id,
    isActive: row.enabled === 1,
    rateLimit:
      row.rate_limit_count === null
        ? null
        : { count: row.rate_limit_count, window: row.rate_limit_window_seconds },
    dsn: {
      public: dsn,
      secret: dsn,
      csp: endpoint('csp-report'),
      security: endpoint('security'),
      nel: endpoint('nel'),
      minidump: endpoint('minidump'),
      unreal: `${publicUrl}/api/${row.project_id}/unreal/${row.public_key}/`,
      crons: `${publicUrl}/api/${row.project_id}/cron/___MONITOR_SLUG___/${row.public_key}/`,
      cdn: '',
    },
    browserSdkVersion: '',
    browserSdk: { choices: [] },
    dynamicSdkLoaderOptions: { hasReplay: false, hasPerformance: false, hasDebug: false },
    dateCreated: new Date(row.created_at).toISOString(),
  };
}
