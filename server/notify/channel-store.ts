/**
 * The channels of an organization. Settings are kept in two parts: what anybody may read, and what lets one in, sealed. The second
 * is told to nobody again.
 */
import * as z from 'zod';
import { type Channel, type ChannelRequest, ChannelTiming, type ChannelUpdate } from '#contract/channels.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { SecretBox } from '#server/platform/secret-box.ts';
import { isTimeZone } from '#server/platform/time-zone.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb, MetadataStore } from '#server/store/metadata/metadata.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import type { ChannelKind } from './channel.ts';
import { channelOf } from './channels.ts';
import { fieldsOf } from './field.ts';

/** Of one organization: they stand in one list. */
const CHANNELS_MAX = 200;
const PROBLEM_CHARS_MAX = 300;

export type Settings = Record<string, string | string[]>;

export interface ChannelStores {
  metadata: MetadataStore;
  secrets: SecretBox;
  clock: Clock;
}

export interface ChannelRow {
  id: number;
  organization_id: number;
  /** Whose own it is; null: everybody's. */
  user_id: string | null;
  kind: string;
  name: string;
  settings: string;
  secrets: string;
  timing: string;
  paused: 0 | 1;
  failures: number;
  failing_since: number | null;
  last_problem: string;
  last_delivered_at: number | null;
}

const COLUMNS = [
  ...([
    'id',
    'organization_id',
    'user_id',
    'kind',
    'name',
    'settings',
    'secrets',
    'timing',
    'paused',
  ] as const),
  ...(['failures', 'failing_since', 'last_problem', 'last_delivered_at'] as const),
] as const;

/** By name. */
export async function readChannels(db: MetadataDb, organizationId: number): Promise<ChannelRow[]> {
  return db
    .selectFrom('channel')
    .select(COLUMNS)
    .where('organization_id', '=', organizationId)
    .where('user_id', 'is', null)
    .orderBy('name')
    .limit(CHANNELS_MAX)
    .execute();
}

export async function findChannel(db: MetadataDb, organizationId: number, id: string): Promise<ChannelRow> {
  const row = /^\d{1,15}$/.test(id)
    ? await db
        .selectFrom('channel')
        .select(COLUMNS)
        .where('id', '=', Number(id))
        .where('organization_id', '=', organizationId)
        .where('user_id', 'is', null)
        .executeTakeFirst()
    : undefined;
  if (!row) throw reject('not_found', 'no such channel');
  return row;
}

/** For the dispatcher: of any organization. */
export async function channelById(db: MetadataDb, id: number): Promise<ChannelRow | undefined> {
  return db.selectFrom('channel').select(COLUMNS).where('id', '=', id).executeTakeFirst();
}

export async function toChannels(
  { metadata, secrets }: ChannelStores,
  rows: readonly ChannelRow[],
): Promise<Channel[]> {
  const waiting = await countWaiting(
    metadata.db,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => {
    const kept = openSecrets(secrets, row);
    return {
      id: String(row.id),
      kind: row.kind,
      name: row.name,
      settings: { ...(JSON.parse(row.settings) as Settings), ...mapValues(kept ?? {}, hintOf) },
      secretsSet: Object.keys(kept ?? {}),
      timing: timingOf(row),
      paused: row.paused === 1,
      waiting: waiting.get(row.id) ?? 0,
      lastDeliveredAt: row.last_delivered_at === null ? null : new Date(row.last_delivered_at).toISOString(),
      failingSince: row.failing_since === null ? null : new Date(row.failing_since).toISOString(),
      lastProblem: kept === null ? NOT_OPENED : row.last_problem,
    };
  });
}

export async function addChannel(
  stores: ChannelStores,
  { organization }: Viewer,
  { kind, name, settings, timing = {} }: ChannelRequest,
): Promise<ChannelRow> {
  const { db } = stores.metadata;
  if ((await readChannels(db, organization.id)).length >= CHANNELS_MAX)
    throw reject('limit_reached', `${CHANNELS_MAX} channels`);
  const checked = checkedSettings(kindOf(kind), settings);
  return unlessTaken(
    name,
    db
      .insertInto('channel')
      .values({
        ...{ organization_id: organization.id, user_id: null, kind, name },
        ...keptParts(stores.secrets, organization.id, kindOf(kind), checked),
        ...{ timing: JSON.stringify(checkedTiming(timing)), failing_since: null, last_delivered_at: null },
        created_at: stores.clock.now(),
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow(),
  );
}

/** What is not named stays. What was wrong before may be right now: it is looked at again. */
export async function changeChannel(
  stores: ChannelStores,
  row: ChannelRow,
  { name = row.name, settings = {}, timing = {}, paused = row.paused === 1 }: ChannelUpdate,
): Promise<void> {
  const kind = kindOf(row.kind);
  const present = openSecrets(stores.secrets, row) ?? {};
  const known = JSON.parse(row.settings) as Settings;
  checkSecretsStay(kind, { known, present, settings });
  const checked = checkedSettings(kind, { ...known, ...present, ...settings });
  await unlessTaken(
    name,
    stores.metadata.transaction([], async (transaction) => {
      await transaction
        .updateTable('channel')
        .set({
          ...{ name, paused: paused ? 1 : 0, look_at: 0 },
          ...keptParts(stores.secrets, row.organization_id, kind, checked),
          timing: JSON.stringify(checkedTiming({ ...timingOf(row), ...timing })),
        })
        .where('id', '=', row.id)
        .execute();
      if (!paused) return;
      // Nobody is told tomorrow of what was muted today.
      await transaction
        .deleteFrom('outbox')
        .where('channel_id', '=', row.id)
        .where('message_id', 'is', null)
        .execute();
      await transaction
        .updateTable('channel_message')
        .set({ status: 'failed', answer: 'The channel was paused.', finished_at: stores.clock.now() })
        .where('channel_id', '=', row.id)
        .where('status', '=', 'sending')
        .execute();
      await transaction
        .updateTable('channel')
        .set({ failing_since: null, failures: 0, last_problem: '' })
        .where('id', '=', row.id)
        .execute();
    }),
  );
}

/** A secret is not sent to another address than the one it was given for. */
function checkSecretsStay(
  kind: ChannelKind,
  { known, present, settings }: { known: Settings; present: Settings; settings: Settings },
): void {
  const moved = fieldsOf(kind).some(
    ({ name, type }) => type === 'url' && settings[name] !== undefined && settings[name] !== known[name],
  );
  const missing = Object.keys(present).filter((name) => !settings[name]);
  if (moved && missing.length > 0)
    throw reject('channel_invalid', `the address is another one: enter ${missing.join(', ')} again`);
}

export function kindOf(kind: string): ChannelKind {
  const found = channelOf(kind);
  if (!found) throw reject('request_invalid', `kind: there is no channel ${kind}`);
  return found;
}

export const timingOf = ({ timing }: Pick<ChannelRow, 'timing'>): ChannelTiming =>
  ChannelTiming.parse(JSON.parse(timing));

const NOT_OPENED = 'Its secrets cannot be read with the key of this server; enter them again.';

/** As the channel reads them. Throws the sentence for who looks at the deliveries. */
export function settingsOf(secrets: SecretBox, row: ChannelRow): Settings {
  const kept = openSecrets(secrets, row);
  if (kept === null) throw new Error(NOT_OPENED);
  const { data, error } = kindOf(row.kind).settings.safeParse({
    ...(JSON.parse(row.settings) as Settings),
    ...kept,
  });
  if (!data) throw new Error(`Its settings are not complete: ${problemOf(error)}`);
  return data;
}

function checkedSettings(kind: ChannelKind, settings: Settings): Settings {
  const unknown = Object.keys(settings).filter((name) => !(name in kind.settings.shape));
  if (unknown.length > 0)
    throw reject('request_invalid', `settings: ${kind.label} has no ${unknown.join(', ')}`);
  const { data, error } = kind.settings.safeParse(settings);
  if (!data) throw reject('channel_invalid', problemOf(error));
  return data;
}

export function checkedTiming(timing: Partial<ChannelTiming>): ChannelTiming {
  const checked = ChannelTiming.parse(timing);
  if (!isTimeZone(checked.timeZone)) throw reject('channel_invalid', `timeZone: ${checked.timeZone} is none`);
  return checked;
}

const problemOf = (error: z.ZodError | undefined) =>
  (error?.issues ?? [])
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ')
    .slice(0, PROBLEM_CHARS_MAX);

const purposeOf = (organizationId: number) => `channel of organization ${organizationId}`;

/** An empty secret is none. */
function keptParts(secrets: SecretBox, organizationId: number, kind: ChannelKind, settings: Settings) {
  const isSecret = new Set(
    fieldsOf(kind)
      .filter(({ type }) => type === 'secret')
      .map(({ name }) => name),
  );
  const entries = Object.entries(settings);
  const sealed = entries.filter(([name, value]) => isSecret.has(name) && value !== '');
  return {
    settings: JSON.stringify(Object.fromEntries(entries.filter(([name]) => !isSecret.has(name)))),
    secrets:
      sealed.length === 0
        ? ''
        : secrets.seal(JSON.stringify(Object.fromEntries(sealed)), purposeOf(organizationId)),
  };
}

const Secrets = z.record(z.string(), z.string());

function openSecrets(
  secrets: SecretBox,
  { secrets: sealed, organization_id }: ChannelRow,
): Record<string, string> | null {
  if (sealed === '') return {};
  const opened = secrets.open(sealed, purposeOf(organization_id));
  return opened === null ? null : Secrets.parse(JSON.parse(opened));
}

const hintOf = (secret: string) => (secret.length > 12 ? secret.slice(-4) : '');

const mapValues = <From, To>(record: Record<string, From>, change: (value: From) => To): Record<string, To> =>
  Object.fromEntries(Object.entries(record).map(([name, value]) => [name, change(value)]));

async function countWaiting(db: MetadataDb, ids: readonly number[]): Promise<ReadonlyMap<number, number>> {
  if (ids.length === 0) return new Map();
  const [waiting, sending] = await Promise.all([
    db
      .selectFrom('outbox')
      .select((of) => ['channel_id', of.fn.countAll<number>().as('count')])
      .where('channel_id', 'in', ids)
      .where('message_id', 'is', null)
      .groupBy('channel_id')
      .execute(),
    db
      .selectFrom('channel_message')
      .select((of) => ['channel_id', of.fn.sum<number>('notifications').as('count')])
      .where('channel_id', 'in', ids)
      .where('status', '=', 'sending')
      .groupBy('channel_id')
      .execute(),
  ]);
  const counts = new Map<number, number>();
  for (const { channel_id, count } of [...waiting, ...sending])
    counts.set(channel_id, (counts.get(channel_id) ?? 0) + Number(count));
  return counts;
}

async function unlessTaken<Result>(name: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (isUniqueViolation(cause)) throw reject('conflict', `a channel ${name}`, { cause });
    throw cause;
  }
}
