/**
 * What of the configuration a route changes: which rows, and which of their columns an entry of the trail may show. It is
 * kept of changes that were done alone, so of nothing that who asks may not change. A list of what may stand there, not of what may not; sealed columns, hashes and
 * keys are in none of them.
 */
import { sql } from 'kysely';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { Database } from '#server/store/metadata/schema.ts';
import type { Configured } from './differences.ts';
import { harmlessChanges } from './harmless.ts';

/** Rows of one part, such as the members of a team. */
const ROWS_MAX = 200;

interface Part {
  /** What its fields begin with; empty: nothing. */
  name: string;
  table: keyof Database;
  columns: readonly string[];
  /** Column, and where its value comes from. All of them hold. */
  where: readonly (readonly [string, From])[];
  /** What tells its rows apart; without it there is one. */
  key?: string;
  /** Columns of settings in which texts of unknown names may be secrets. */
  guarded?: readonly string[];
}
/** A parameter of the address that is a number; the project of the address; who asks. */
type From = ':id' | ':team' | ':version' | ':user' | 'project' | 'organization' | 'viewer';

const OURS = ['organization_id', 'organization'] as const;
const ITS_PROJECT = ['project_id', 'project'] as const;
const BY_ID = ['id', ':id'] as const;
const part = (
  table: keyof Database,
  columns: string,
  where: Part['where'],
  more: Partial<Omit<Part, 'table'>> = {},
): Part => ({ name: '', table, columns: columns.split(' '), where, ...more });

const PROJECT: readonly Part[] = [
  part('project', 'slug name platform settings', [OURS, ['id', 'project']]),
  part('project_workflow', 'auto_resolve_days', [ITS_PROJECT], { name: 'workflow' }),
  part('project_filter', 'rules', [ITS_PROJECT], { name: 'filters' }),
  part('ownership', 'rules codeowners assigns', [ITS_PROJECT], { name: 'ownership' }),
  part('grouping_rules', 'fingerprint_rules stack_trace_rules', [ITS_PROJECT], { name: 'grouping' }),
];
const TEAM: readonly Part[] = [
  part('team', 'slug name', [OURS, ['id', ':team']]),
  part('team_member', 'user_id', [['team_id', ':team']], { name: 'members', key: 'user_id' }),
  part('team_project', 'project_id', [['team_id', ':team']], { name: 'projects', key: 'project_id' }),
];
const NOISE = 'pattern_id action keep_one_in demote_to severity_max with_stack_traces contains enabled';

/** The first whose address begins like that of the route. */
const THINGS: readonly (readonly [string, readonly Part[]])[] = [
  [
    '/api/v1/projects/:slug/keys/:id',
    [part('ingest_key', 'label enabled rate_limit_count rate_limit_window_seconds', [ITS_PROJECT, BY_ID])],
  ],
  ['/api/v1/projects/:slug/noise/rules/:id', [part('noise_rule', NOISE, [ITS_PROJECT, BY_ID])]],
  [
    '/api/v1/projects/:slug/code-mappings/:id',
    [part('code_mapping', 'repository_id stack_root source_root default_branch', [ITS_PROJECT, BY_ID])],
  ],
  ['/api/v1/projects/:slug', PROJECT],
  ['/api/0/projects/:org/:project/', PROJECT],
  ['/api/v1/organization', [part('organization', 'slug name sharing', [['id', 'organization']])]],
  ['/api/v1/members/:id', [part('member', 'role', [OURS, ['user_id', ':user']])]],
  ['/api/v1/teams/:id', TEAM],
  ['/api/v1/tokens/:id', [part('api_token', 'name scopes expires_at revoked_at', [OURS, BY_ID])]],
  ['/api/v1/trackers/:id', [part('tracker', 'kind name url account', [OURS, BY_ID])]],
  ['/api/v1/repositories/:id', [part('repository', 'name host url template', [OURS, BY_ID])]],
  ['/api/v1/alerts/rules/:id', [part('alert_rule', 'definition', [OURS, BY_ID])]],
  [
    '/api/v1/alerts/silences/:id',
    [part('alert_silence', 'rule_id matchers comment starts_at ends_at', [OURS, BY_ID])],
  ],
  [
    '/api/v1/channels/:id',
    [part('channel', 'kind name settings timing paused', [OURS, BY_ID], { guarded: ['settings'] })],
  ],
  [
    '/api/v1/personal-notifications',
    [part('channel', 'kind settings timing paused', [OURS, ['user_id', 'viewer']], { key: 'kind' })],
  ],
  ['/api/v1/monitors/:id', [part('monitor', 'slug config paused muted', [BY_ID])]],
  [
    '/api/v1/saved-queries/:id',
    [part('saved_query', 'screen name view pinned_at project_id', [OURS, BY_ID])],
  ],
  [
    '/api/v1/releases/:version',
    [part('release', 'version url started_at released_at', [OURS, ['version', ':version']])],
  ],
];

type Params = Readonly<Record<string, unknown>>;

export interface Asker {
  organization: number;
  userId: string | null;
}

/** Reads what is configured now: before the change, and after it, whatever name the change gave to the thing. */
export type ReadConfigured = () => Promise<Configured>;

/** Undefined: the route changes no configuration. */
export async function openConfigured(
  db: MetadataDb,
  { url, params, asker }: { url: string; params: Params; asker: Asker },
): Promise<ReadConfigured | undefined> {
  const isAt = (address: string) =>
    url === address || url.startsWith(address.endsWith('/') ? address : `${address}/`);
  const parts = THINGS.find(([address]) => isAt(address))?.[1];
  if (!parts) return undefined;
  const uses = (from: From) => parts.some(({ where }) => where.some(([, its]) => its === from));
  const known = {
    project: uses('project') ? await idOf(db, 'project', params.slug ?? params.project, asker) : undefined,
    team: uses(':team') ? await idOf(db, 'team', params.id, asker) : undefined,
  };
  return () => readParts(db, parts, (from) => meant(from, params, asker, known));
}

async function readParts(
  db: MetadataDb,
  parts: readonly Part[],
  meantBy: (from: From) => number | string | undefined,
): Promise<Configured> {
  const found: Record<string, unknown> = {};
  for (const one of parts) {
    const values = one.where.map(([column, from]) => [column, meantBy(from)] as const);
    if (values.some(([, value]) => value === undefined)) continue;
    const { rows } = await sql<
      Record<string, unknown>
    >`select ${sql.join(one.columns.map((column) => sql.ref(column)))}
      from ${sql.table(one.table)}
      where ${sql.join(
        values.map(([column, value]) => sql`${sql.ref(column)} = ${value}`),
        sql` and `,
      )}
      limit ${sql.lit(ROWS_MAX)}`.execute(db);
    const fields = rows.map((row) => ({ row, fields: fieldsOf(row, one) }));
    const all =
      one.key === undefined
        ? (fields[0]?.fields ?? {})
        : Object.fromEntries(fields.map(({ row, fields: its }) => [String(row[one.key!]), its]));
    if (one.name === '') Object.assign(found, all);
    else found[one.name] = all;
  }
  return found;
}

/** Columns of JSON by what is in them. */
function fieldsOf(row: Record<string, unknown>, { guarded = [] }: Part): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      const read = typeof value === 'string' && /^[[{]/.test(value) ? parsed(value) : value;
      return [column, guarded.includes(column) ? harmlessChanges(read) : read];
    }),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Of what people call by its slug or its number. */
async function idOf(
  db: MetadataDb,
  table: 'project' | 'team',
  name: unknown,
  { organization }: Asker,
): Promise<number | undefined> {
  if (typeof name !== 'string') return undefined;
  const row = await db
    .selectFrom(table)
    .select('id')
    .where('organization_id', '=', organization)
    .where((of) => of.or([of('slug', '=', name), ...(isNumber(name) ? [of('id', '=', Number(name))] : [])]))
    .executeTakeFirst();
  return row?.id;
}

function meant(
  from: From,
  params: Params,
  asker: Asker,
  known: { project: number | undefined; team: number | undefined },
): number | string | undefined {
  switch (from) {
    case 'organization':
      return asker.organization;
    case 'project':
      return known.project;
    case ':team':
      return known.team;
    case 'viewer':
      return asker.userId ?? undefined;
    case ':id':
      return isNumber(params.id) ? Number(params.id) : undefined;
    case ':user':
      return String(params.id);
    case ':version':
      return String(params.version);
  }
}

const isNumber = (text: unknown): text is string => typeof text === 'string' && /^\d{1,15}$/.test(text);
