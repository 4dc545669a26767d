/**
 * The audit trail is written here, once for all routes: a hook that sees each request that changes something on its way
 * in and on its way out. What is always true: of somebody who is known the entry is in the database before anything is
 * changed, with how it ended before the answer is sent; a program that dies in between leaves one that says that this is not
 * known. Nothing a sender typed stands in it but the parameters of the address, what harmless.ts lets through, and the columns
 * of the configuration that configured.ts names.
 */
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { AuditEntry } from '#contract/audit.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { createTryLimit } from '#server/platform/try-limit.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { isAudited } from './audited.ts';
import { openConfigured, type ReadConfigured } from './configured.ts';
import { type Configured, differencesOf } from './differences.ts';
import { harmlessChanges, SECRET } from './harmless.ts';

/** Characters of what clients say about themselves, and of a parameter. */
const AGENT_CHARS_MAX = 200;
const PARAM_CHARS_MAX = 200;
/**
 * Entries of one address within a minute of whom nobody knows who it is: a guesser of passwords must not fill the trail.
 * The program's own log has the rest: each password that is refused is a line there.
 */
const UNKNOWN_PER_MINUTE = 30;

export interface TrailOptions {
  db: MetadataDb;
  clock: Clock;
  log: Log;
  /** The member an e-mail address belongs to. */
  findMember(email: string): Promise<{ id: string; name: string; organizationId: number } | undefined>;
}

/** Called in the scope of people's routes, after the viewer is known and before the routes are added. */
export function auditTrail(options: TrailOptions): FastifyPluginAsync {
  const { clock, log } = options;
  const unknown = createTryLimit(clock);

  async function isTooMany(address: string): Promise<boolean> {
    const { allowed } = await unknown.consume(address, { window: 60, max: UNKNOWN_PER_MINUTE });
    if (!allowed)
      log.debug(
        { ip: address },
        'more requests of somebody unknown than the audit trail takes of one address',
      );
    return !allowed;
  }

  const begun = new WeakMap<FastifyRequest, Begun>();

  return async (scope: FastifyInstance) => {
    // After the body was read and taken for valid, before anything is done. Fails the request when it fails.
    scope.addHook('preHandler', async (request) => {
      const route = request.routeOptions.url;
      if (!request.viewer || route === undefined || !isAudited(request.method, route)) return;
      const read = await configuredFor(options, request);
      const before = await read?.();
      const entry = await entryOf(options, request, 0);
      const { id } = await options.db
        .insertInto('audit_entry')
        .values(entry)
        .returning('id')
        .executeTakeFirstOrThrow();
      begun.set(request, { id, before, read });
    });

    scope.addHook('onSend', async (request, reply, payload) => {
      const route = request.routeOptions.url;
      if (route === undefined || !isAudited(request.method, route)) return payload;
      const known = begun.get(request);
      const status = reply.statusCode;
      if (!request.viewer && status >= 400 && (await isTooMany(request.ip))) return payload;
      const entry = await entryOf(options, request, status);
      try {
        if (known) await endEntry(options, status, known);
        else await options.db.insertInto('audit_entry').values(entry).execute();
      } catch (error) {
        // What was done is done; who reads the log finds it there.
        log.error({ err: error, entry }, 'an entry of the audit trail could not be kept');
      }
      return payload;
    });
  };
}

interface Begun {
  id: number;
  /** Undefined: the route changes no configuration. */
  before: Configured | undefined;
  read: ReadConfigured | undefined;
}

async function configuredFor(
  { db }: TrailOptions,
  { routeOptions, params, viewer }: FastifyRequest,
): Promise<ReadConfigured | undefined> {
  if (viewer === null) return undefined;
  return openConfigured(db, {
    url: routeOptions.url!,
    params: (params ?? {}) as Record<string, unknown>,
    asker: { organization: viewer.organization.id, userId: viewer.userId },
  });
}

/** What was refused changed nothing; what failed may have. */
async function endEntry({ db }: TrailOptions, status: number, { id, before, read }: Begun): Promise<void> {
  const mayHaveChanged = status < 400 || status >= 500;
  const after = mayHaveChanged ? await read?.() : undefined;
  await db
    .updateTable('audit_entry')
    .set({
      status,
      ...(before && after ? { differences: JSON.stringify(differencesOf(before, after)) } : {}),
    })
    .where('id', '=', id)
    .execute();
}

async function entryOf({ clock, findMember }: TrailOptions, request: FastifyRequest, status: number) {
  const url = request.routeOptions.url!;
  const schema = request.routeOptions.schema as { summary?: string; tags?: string[] } | undefined;
  const target = targetOf(request);
  return {
    ...(await actorOf(findMember, request, status)),
    at: clock.now(),
    address: request.ip,
    agent: (request.headers['user-agent'] ?? '').slice(0, AGENT_CHARS_MAX).toWellFormed(),
    route: `${request.method} ${url}`,
    action: schema?.summary ?? `${request.method} ${url}`,
    noun: schema?.tags?.[0] ?? nounOf(url),
    project: target.slug ?? target.project ?? '',
    target: JSON.stringify(target),
    changes: JSON.stringify(harmlessChanges(request.body)),
    status,
    request: request.id,
  };
}

type Actor = Pick<AuditEntry, 'email' | 'via'> & {
  organization_id: number | null;
  user_id: string;
  who: string;
};

async function actorOf(
  findMember: TrailOptions['findMember'],
  { viewer, emailTried }: FastifyRequest,
  status: number,
): Promise<Actor> {
  if (viewer)
    return {
      organization_id: viewer.organization.id,
      user_id: viewer.userId ?? '',
      who: viewer.name,
      email: viewer.email,
      via: viewer.by === 'session' ? 'person' : 'token',
    };
  const member = emailTried === undefined ? undefined : await findMember(emailTried);
  // Who fails to sign in is not the member whose address they typed.
  const isMember = member !== undefined && status < 400;
  return {
    organization_id: member?.organizationId ?? null,
    user_id: isMember ? member.id : '',
    who: isMember ? member.name : '',
    email: (emailTried ?? '').slice(0, PARAM_CHARS_MAX),
    via: isMember ? 'person' : 'nobody',
  };
}

function targetOf({ params }: FastifyRequest): Record<string, string> {
  return Object.fromEntries(
    Object.entries((params ?? {}) as Record<string, unknown>).map(([name, value]) => [
      name,
      SECRET.test(name) ? '(left out)' : String(value).slice(0, PARAM_CHARS_MAX).toWellFormed(),
    ]),
  );
}

/** `/api/0/projects/:org/:project/keys/:id/` is about keys. */
const nounOf = (url: string) =>
  url
    .split('/')
    .filter((part) => part !== '' && !part.startsWith(':'))
    .at(-1) ?? '';
