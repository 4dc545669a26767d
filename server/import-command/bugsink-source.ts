/**
 * Bugsink, by its own API (`/api/canonical/0/`, seen with 2.6). It has events as they were sent, and no hashes that mean
 * anything elsewhere: its issues are found again by their events alone. It knows no assignee, level or count of users.
 */
import * as z from 'zod';
import type { ImportedIssue } from '#contract/imports.ts';
import { shortHash, timeOf } from './sentry-issue.ts';
import {
  CannotRead,
  type Found,
  type ListedIssue,
  type Source,
  type SourceEvent,
  SourceProblem,
} from './source.ts';
import { cursorIn, pagesOf, type SourceClient } from './source-client.ts';

export const BUGSINK_API = '/api/canonical/0';

const instant = z.string().refine((value) => !Number.isNaN(Date.parse(value)), 'no time');
const id = z.union([z.string(), z.number()]).transform(String);

const Project = z.object({ id, name: z.string(), slug: z.string().min(1), dsn: z.string().nullish() });
const Release = z.object({ version: z.string(), date_released: instant.nullish() });
const Issue = z.object({
  id,
  friendly_id: z.string().nullish(),
  first_seen: instant,
  last_seen: instant,
  digested_event_count: z.number().int().min(0),
  calculated_type: z.string().nullish(),
  calculated_value: z.string().nullish(),
  transaction: z.string().nullish(),
  is_resolved: z.boolean().nullish(),
  is_resolved_by_next_release: z.boolean().nullish(),
  is_muted: z.boolean().nullish(),
});
const ListedEvent = z.object({ id: z.string(), event_id: z.string(), timestamp: instant });
const Page = z.object({ next: z.string().nullish(), results: z.array(z.unknown()) });

/** What Bugsink calls a message that is no exception. */
const LOG_MESSAGE = 'Log Message';

export function bugsinkSource({ client, url }: { client: SourceClient; url: string }): Source {
  async function* list<Shape extends z.ZodType>(
    path: string,
    shape: Shape,
    query: Record<string, string> = {},
  ): AsyncGenerator<Found<z.output<Shape>> & { raw: unknown[] }> {
    const pages = pagesOf(
      async (cursor) => {
        const body = await client
          .get(`${BUGSINK_API}/${path}/`, cursor === null ? query : { ...query, cursor })
          .catch((error: unknown) => {
            if (!(error instanceof CannotRead)) throw error;
            throw new SourceProblem(`The list of ${path} cannot be read: ${error.message}.`, {
              cause: error,
            });
          });
        const page = Page.safeParse(body);
        if (!page.success)
          throw new SourceProblem(`${url} answers with something that is no list of ${path}.`);
        return page.data;
      },
      ({ next }) => cursorIn(next),
    );
    for await (const { results } of pages) {
      const all: Found<z.output<Shape>> = { found: [], left: [] };
      for (const result of results) {
        const one = shape.safeParse(result);
        if (one.success) all.found.push(one.data);
        else
          all.left.push({
            what: `one of ${path}`,
            why: `it cannot be read: ${one.error.issues[0]?.message ?? ''}`,
          });
      }
      yield { ...all, raw: results };
    }
  }

  async function all<Shape extends z.ZodType>(path: string, shape: Shape) {
    const found: z.output<Shape>[] = [];
    for await (const page of list(path, shape)) found.push(...page.found);
    return found;
  }

  return {
    placeOf: ({ slug }) => `${url}/${slug}`,

    async projects() {
      return (await all('projects', Project)).map((project) => ({ ...project, platform: '' }));
    },

    async keys(project) {
      const dsn = (await all('projects', Project)).find((each) => each.id === project.id)?.dsn ?? '';
      const [, key, number] = /^https?:\/\/([0-9a-f-]{32,36})@.*\/(\d{1,20})\/?$/i.exec(dsn) ?? [];
      const publicKey = key?.replaceAll('-', '').toLowerCase() ?? '';
      if (!/^[0-9a-f]{32}$/.test(publicKey))
        return { found: [], left: [{ what: 'key', why: 'its DSN has none' }] };
      return { found: [{ publicKey, label: 'Bugsink', enabled: true, dsnProject: number! }], left: [] };
    },

    async *releases(project) {
      for await (const { found, left } of list('releases', Release, { project: project.id }))
        yield {
          left,
          // Events without a release are of one with an empty name there.
          found: found
            .filter(({ version }) => version !== '')
            .map(({ version, date_released: at }) => ({
              version,
              createdAt: timeOf(at) ?? new Date().toISOString(),
              releasedAt: timeOf(at),
            })),
        };
    },

    async *issues(project) {
      for await (const { found, left, raw } of list('issues', Issue, { project: project.id })) {
        const raws = new Map(raw.map((each) => [String((each as { id?: unknown } | null)?.id), each]));
        yield {
          found: found.map((issue) => listed(issue, raws.get(issue.id) as Record<string, unknown>)),
          left,
        };
      }
    },

    async issue(_project, { raw }) {
      return { issue: importedIssue(Issue.parse(raw), url), left: [] };
    },

    async *events(_project, listed, { limit, since }) {
      let left = limit;
      if (left === 0) return;
      for await (const { found, left: unread } of list('events', ListedEvent, { issue: listed.id })) {
        if (unread.length > 0) yield { found: [], left: unread };
        for (const { id: inside, event_id, timestamp } of found.slice(0, left))
          yield Date.parse(timestamp) < since
            ? leave(`event ${event_id}`, 'it is older than events are kept here')
            : await oneEvent(inside, event_id, timestamp);
        left -= Math.min(left, found.length + unread.length);
        if (left === 0) return;
      }
    },
  };

  async function oneEvent(inside: string, eventId: string, timestamp: string): Promise<Found<SourceEvent>> {
    try {
      const event = await client.get(`${BUGSINK_API}/events/${encodeURIComponent(inside)}/`);
      const data = (event as { data?: unknown } | null)?.data;
      if (typeof data !== 'object' || data === null)
        return leave(`event ${eventId}`, 'the source has it no more');
      // Clocks of senders: Bugsink keeps the time that it believed beside what was said.
      return { found: [{ ...data, event_id: eventId, timestamp }], left: [] };
    } catch (error) {
      if (!(error instanceof CannotRead)) throw error;
      return leave(`event ${eventId}`, error.message);
    }
  }
}

const leave = (what: string, why: string): Found<never> => ({ found: [], left: [{ what, why }] });

function listed(issue: z.output<typeof Issue>, raw: Record<string, unknown>): ListedIssue {
  const { is_resolved, is_resolved_by_next_release, is_muted, last_seen, digested_event_count } = issue;
  return {
    id: issue.id,
    name: issue.friendly_id ?? issue.id,
    said: shortHash([is_resolved, is_resolved_by_next_release, is_muted, last_seen, digested_event_count]),
    lastSeen: Date.parse(last_seen),
    events: digested_event_count,
    raw,
  };
}

function importedIssue(issue: z.output<typeof Issue>, url: string): ImportedIssue {
  const isMessage = issue.calculated_type === LOG_MESSAGE;
  const type = isMessage ? '' : (issue.calculated_type ?? '');
  const value = issue.calculated_value ?? '';
  return {
    id: issue.id,
    shortId: issue.friendly_id ?? '',
    url: `${url}/issues/issue/${encodeURIComponent(issue.id)}/event/last/`,
    title: [type, value].filter((part) => part !== '').join(': ') || '(no title)',
    culprit: issue.transaction ?? '',
    type: isMessage ? 'default' : 'error',
    exceptionType: type,
    exceptionValue: isMessage ? '' : value,
    firstSeen: timeOf(issue.first_seen)!,
    lastSeen: timeOf(issue.last_seen)!,
    events: issue.digested_event_count,
    state: issue.is_resolved
      ? {
          status: 'resolved',
          resolvedIn: issue.is_resolved_by_next_release ? { in: 'next_release', release: '' } : null,
        }
      : { status: issue.is_muted ? 'archived' : 'unresolved' },
  };
}
