/**
 * The trackers of an organization, with the credential by which this server asks each of them. Credentials are sealed
 * before they are kept, tried when they are given, and told to nobody afterwards.
 */
import type { Tracker, TrackerRequest, TrackerUpdate } from '#contract/trackers.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import type { IssueStores } from '#server/issues/issues.ts';
import { type Outbound, OutboundFailed, OutboundRefused } from '#server/platform/outbound.ts';
import type { SecretBox } from '#server/platform/secret-box.ts';
import { reject } from '#server/record/rejections.ts';
import { isUniqueViolation } from '#server/store/metadata/unique-violation.ts';
import { github } from './github.ts';
import { gitlab } from './gitlab.ts';
import { jira } from './jira.ts';
import type { Ask, TrackerKind } from './tracker-kind.ts';

/** Of one organization: they stand in one menu. */
const TRACKERS_MAX = 50;
/** Of what a tracker says when it refuses. */
const TOLD_CHARS_MAX = 200;

export const KINDS: Record<Tracker['kind'], TrackerKind> = { github, gitlab, jira };

export interface TrackerStores extends IssueStores {
  outbound: Outbound;
  secrets: SecretBox;
}

export interface TrackerRow {
  id: number;
  kind: Tracker['kind'];
  name: string;
  url: string;
  account: string;
  secret: string;
  secret_hint: string;
}

/** By name. */
export async function readTrackers(
  { metadata }: Pick<TrackerStores, 'metadata'>,
  organizationId: number,
): Promise<TrackerRow[]> {
  return metadata.db
    .selectFrom('tracker')
    .select(['id', 'kind', 'name', 'url', 'account', 'secret', 'secret_hint'])
    .where('organization_id', '=', organizationId)
    .orderBy('name')
    .limit(TRACKERS_MAX)
    .execute();
}

export async function findTracker(
  stores: Pick<TrackerStores, 'metadata'>,
  organizationId: number,
  id: string,
): Promise<TrackerRow> {
  const tracker = (await readTrackers(stores, organizationId)).find((each) => String(each.id) === id);
  if (!tracker) throw reject('not_found', 'no such tracker');
  return tracker;
}

export const toTracker = ({ id, kind, name, url, account, secret_hint }: TrackerRow): Tracker => ({
  ...{ id: String(id), kind, name, url, account, secretHint: secret_hint },
});

export async function addTracker(
  stores: TrackerStores,
  { organization }: Viewer,
  { kind, name, url, account = '', secret }: TrackerRequest,
): Promise<TrackerRow> {
  if ((await readTrackers(stores, organization.id)).length >= TRACKERS_MAX)
    throw reject('limit_reached', `${TRACKERS_MAX} trackers`);
  const row = { kind, name, url: tidyUrl(url), account };
  await KINDS[kind].check(askAs(stores.outbound, { ...row, secret }));
  return unlessTaken(
    name,
    stores.metadata.db
      .insertInto('tracker')
      .values({
        ...row,
        ...sealed(stores.secrets, organization.id, secret),
        organization_id: organization.id,
        created_at: stores.clock.now(),
      })
      .returning(['id', 'kind', 'name', 'url', 'account', 'secret', 'secret_hint'])
      .executeTakeFirstOrThrow(),
  );
}

/** The address stays: a credential is not sent to another one by mistake. */
export async function changeTracker(
  stores: TrackerStores,
  { organization }: Viewer,
  tracker: TrackerRow,
  { name = tracker.name, account = tracker.account, secret }: TrackerUpdate,
): Promise<void> {
  const present = secret ?? secretOf(stores.secrets, organization.id, tracker);
  await KINDS[tracker.kind].check(askAs(stores.outbound, { ...tracker, account, secret: present }));
  await unlessTaken(
    name,
    stores.metadata.db
      .updateTable('tracker')
      .set({ name, account, ...sealed(stores.secrets, organization.id, present) })
      .where('id', '=', tracker.id)
      .execute(),
  );
}

const purposeOf = (organizationId: number) => `tracker of organization ${organizationId}`;

const sealed = (secrets: SecretBox, organizationId: number, secret: string) => ({
  secret: secrets.seal(secret, purposeOf(organizationId)),
  secret_hint: secret.length > 12 ? secret.slice(-4) : '',
});

function secretOf(secrets: SecretBox, organizationId: number, { secret }: TrackerRow): string {
  const opened = secrets.open(secret, purposeOf(organizationId));
  if (opened === null)
    throw reject(
      'tracker_failed',
      'its credential cannot be read with the key of this server; enter it again',
    );
  return opened;
}

/** Asks a tracker under its credential. */
export const askTracker = (stores: TrackerStores, organizationId: number, tracker: TrackerRow): Ask =>
  askAs(stores.outbound, { ...tracker, secret: secretOf(stores.secrets, organizationId, tracker) });

function askAs(
  outbound: Outbound,
  { kind, url, account, secret }: Pick<TrackerRow, 'kind' | 'url' | 'account' | 'secret'>,
): Ask {
  const { apiOf, headers } = KINDS[kind];
  return async (method, path, body) => {
    // A name such as `..` would lead to another address of the API than the one meant.
    if (path.split(/[/?]/).some((part) => /^\.+$/.test(decodeURIComponent(part))))
      throw reject('request_invalid', 'a name in it is not one');
    const answer = await outbound
      .call({
        ...{ method, url: apiOf(url) + path },
        headers: {
          ...headers({ account, secret }),
          'user-agent': 'Tandem',
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      .catch((cause: unknown) => {
        if (cause instanceof OutboundRefused) throw reject('outbound_refused', cause.message, { cause });
        if (cause instanceof OutboundFailed) throw reject('tracker_failed', cause.message, { cause });
        throw cause;
      });
    if (answer.status < 200 || answer.status > 299)
      throw reject('tracker_failed', `it answered ${answer.status}${saidBy(answer.body)}`);
    try {
      return JSON.parse(answer.body);
    } catch (cause) {
      throw reject('tracker_failed', 'it answered something that is no JSON: is the address right?', {
        cause,
      });
    }
  };
}

/** What it says about its reason, as these trackers do. */
function saidBy(body: string): string {
  try {
    const { message, errorMessages, errors } = JSON.parse(body) as Record<string, unknown>;
    const said = [message, errorMessages, errors].find((each) => each && JSON.stringify(each) !== '[]');
    return said
      ? `: ${(typeof said === 'string' ? said : JSON.stringify(said)).slice(0, TOLD_CHARS_MAX)}`
      : '';
  } catch {
    // A page of a proxy tells a person nothing.
    return '';
  }
}

/** Without what people copy along: a path's last slash, a query. */
function tidyUrl(text: string): string {
  if (!URL.canParse(text)) throw reject('request_invalid', 'url: write it whole, with https://');
  const { origin, pathname, protocol } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:')
    throw reject('request_invalid', 'url: write it with https://');
  return origin + pathname.replace(/\/+$/, '');
}

async function unlessTaken<Result>(name: string, work: Promise<Result>): Promise<Result> {
  try {
    return await work;
  } catch (cause) {
    if (isUniqueViolation(cause)) throw reject('conflict', `a tracker ${name}`, { cause });
    throw cause;
  }
}
