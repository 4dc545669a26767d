/**
 * Sentry, sentry.io or self-hosted, and what speaks its API: GlitchTip, and Tandem itself. Addresses are those of
 * docs.sentry.io/api; where GlitchTip has an older or another one, that is asked when the first is not there.
 */
import type * as z from 'zod';
import type { LeftOut } from '#contract/imports.ts';
import { eventFromEntries } from './event-from-entries.ts';
import { importedIssue, listedIssue, timeOf } from './sentry-issue.ts';
import {
  SentryComment,
  SentryHash,
  SentryIssue,
  SentryIssueDetail,
  SentryKey,
  SentryListedEvent,
  SentryProject,
  SentryRelease,
} from './sentry-shapes.ts';
import {
  CannotRead,
  type Found,
  type ListedIssue,
  type Source,
  type SourceEvent,
  SourceProblem,
  type SourceProject,
} from './source.ts';
import { nextCursor, pagesOf, type SourceClient } from './source-client.ts';

/** Sentry forgets events after it, unless it was set up otherwise, and lists issues within a period alone. */
const PERIOD = '90d';
const PAGE = '100';

export function sentrySource(options: {
  client: SourceClient;
  url: string;
  organization: string;
  now: () => number;
}): Source {
  const { client, url, organization, now } = options;
  const org = encodeURIComponent(organization);
  const places = {
    org: `/api/0/organizations/${org}`,
    project: ({ slug }: SourceProject) => `/api/0/projects/${org}/${encodeURIComponent(slug)}`,
  };

  async function* list(path: string, query: Record<string, string> = {}): AsyncGenerator<unknown[]> {
    const pages = pagesOf(
      async (cursor) => {
        const answer = await ofAll(() => client.ask(path, cursor === null ? query : { ...query, cursor }));
        if (!answer) throw new SourceProblem(`${url} has no ${path} for this token. Are the names right?`);
        if (!Array.isArray(answer.body))
          throw new SourceProblem(`${url}${path} answers with something that is no list.`);
        return { items: answer.body as unknown[], cursor: nextCursor(answer.headers) };
      },
      ({ cursor }) => cursor,
    );
    for await (const { items } of pages) yield items;
  }

  /** By the first address that is there. */
  async function first(paths: readonly string[], query?: Record<string, string>): Promise<unknown> {
    for (const path of paths) {
      const body = await client.get(path, query);
      if (body !== null) return body;
    }
    return null;
  }

  const issuePaths = ({ id }: ListedIssue, rest: string) => [
    `${places.org}/issues/${encodeURIComponent(id)}/${rest}`,
    `/api/0/issues/${encodeURIComponent(id)}/${rest}`,
  ];

  async function hashesOf(listed: ListedIssue): Promise<string[]> {
    const body = await first(issuePaths(listed, 'hashes/'));
    return Array.isArray(body) ? read(SentryHash, body).found.map(({ id }) => id) : [];
  }

  async function commentsOf(listed: ListedIssue, detail: SentryIssueDetail | null) {
    const notes = (detail?.activity ?? []).flatMap(({ type, dateCreated, user, data }) =>
      type === 'note' && data?.text && dateCreated ? [{ text: data.text, dateCreated, user }] : [],
    );
    const more =
      notes.length === 0 && Number(listed.raw.numComments ?? 0) > 0
        ? await first(issuePaths(listed, 'comments/'))
        : [];
    const others = read(SentryComment, Array.isArray(more) ? more : []).found;
    return [
      ...notes,
      ...others.map(({ data, dateCreated, user }) => ({ text: data.text, dateCreated, user })),
    ].map(({ text, dateCreated, user }) => ({
      text,
      at: timeOf(dateCreated)!,
      email: user?.email ?? '',
      name: user?.name ?? '',
    }));
  }

  /** The event as it is stored; else as the screens have it, made into one again. */
  async function event(project: SourceProject, listed: ListedIssue, id: string): Promise<SourceEvent | null> {
    const stored = await first([
      `${places.project(project)}/events/${id}/json/`,
      `${places.org}/issues/${encodeURIComponent(listed.id)}/events/${id}/json/`,
    ]);
    if (isRecord(stored)) return stored;
    const shown = await first([
      `${places.project(project)}/events/${id}/`,
      ...issuePaths(listed, `events/${id}/`),
    ]);
    return isRecord(shown) ? eventFromEntries(shown) : null;
  }

  return {
    placeOf: ({ slug }) => `${url}/${organization}/${slug}`,

    async projects() {
      const projects: SourceProject[] = [];
      for await (const items of list(`${places.org}/projects/`))
        for (const { id, slug, name, platform } of read(SentryProject, items).found)
          projects.push({ id, slug, name: name || slug, platform: platform ?? '' });
      return projects;
    },

    async keys(project) {
      const all: Found<z.output<typeof SentryKey>> = { found: [], left: [] };
      for await (const items of list(`${places.project(project)}/keys/`)) add(all, read(SentryKey, items));
      const left = [...all.left];
      const found = all.found.flatMap((key) => {
        const publicKey = key.public.replaceAll('-', '').toLowerCase();
        if (!/^[0-9a-f]{32}$/.test(publicKey)) {
          left.push({ what: 'key', why: 'it is not 32 hexadecimal digits' });
          return [];
        }
        const number =
          /\/(\d{1,20})\/?$/.exec(key.dsn?.public ?? '')?.[1] ?? String(key.projectId ?? project.id);
        return {
          publicKey,
          label: key.label || key.name || '',
          enabled: key.isActive ?? true,
          ...(/^\d{1,20}$/.test(number) ? { dsnProject: number } : {}),
        };
      });
      return { found, left };
    },

    async *releases(project) {
      for await (const items of list(`${places.project(project)}/releases/`, { per_page: PAGE })) {
        const { found, left } = read(SentryRelease, items);
        yield {
          found: found.map(({ version, url: link, dateCreated, dateReleased }) => ({
            version,
            url: link ?? '',
            createdAt: timeOf(dateCreated ?? dateReleased) ?? new Date(now()).toISOString(),
            releasedAt: timeOf(dateReleased),
          })),
          left,
        };
      }
    },

    async *issues(project) {
      const query = { project: project.id, query: '', limit: PAGE, statsPeriod: PERIOD };
      for await (const items of list(`${places.org}/issues/`, query)) {
        const { found, left } = read(SentryIssue, items);
        const raws = new Map(items.filter(isRecord).map((raw) => [String(raw.id), raw]));
        yield { found: found.map((issue) => listedIssue(issue, raws.get(issue.id)!)), left };
      }
    },

    async issue(_project, listed) {
      const detail = SentryIssueDetail.safeParse(await first(issuePaths(listed, ''))).data ?? null;
      const issue = SentryIssue.parse(listed.raw);
      return importedIssue(issue, detail, await hashesOf(listed), await commentsOf(listed, detail), now());
    },

    async *events(project, listed, { limit, since }) {
      let left = limit;
      if (left === 0) return;
      const query = { limit: String(Math.min(limit, Number(PAGE))) };
      const [preferred, older] = issuePaths(listed, 'events/');
      const path = (await client.get(preferred!, { limit: '1' })) === null ? older! : preferred!;
      for await (const items of list(path, query)) {
        const { found, left: unread } = read(SentryListedEvent, items.slice(0, left));
        if (unread.length > 0) yield { found: [], left: unread };
        for (const { eventID, id: shown, dateCreated } of found) {
          const id = (eventID ?? shown ?? '').replaceAll('-', '').toLowerCase();
          yield dateCreated && Date.parse(dateCreated) < since
            ? leave(`event ${id}`, 'it is older than events are kept here')
            : await oneEvent(() => event(project, listed, id), id);
        }
        left -= Math.min(items.length, left);
        if (left === 0) return;
      }
    },
  };
}

/** One event is no reason to stop. */
async function oneEvent(read: () => Promise<SourceEvent | null>, id: string): Promise<Found<SourceEvent>> {
  if (!/^[0-9a-f]{32}$/.test(id)) return leave('event', 'it has no event id');
  try {
    const event = await read();
    return event
      ? { found: [{ ...event, event_id: id }], left: [] }
      : leave(`event ${id}`, 'the source has it no more');
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    return leave(`event ${id}`, error.message);
  }
}

const leave = (what: string, why: string): Found<never> => ({ found: [], left: [{ what, why }] });

/** What cannot be had of a list stops everything: without it nobody knows what is missing. */
async function ofAll<Answer>(read: () => Promise<Answer>): Promise<Answer> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof CannotRead)) throw error;
    throw new SourceProblem(`A list cannot be read: ${error.message}.`, { cause: error });
  }
}

function read<Shape extends z.ZodType>(shape: Shape, items: readonly unknown[]): Found<z.output<Shape>> {
  const all: Found<z.output<Shape>> = { found: [], left: [] };
  for (const item of items) {
    const one = shape.safeParse(item);
    if (one.success) all.found.push(one.data);
    else all.left.push(unreadable(item, one.error));
  }
  return all;
}

function unreadable(item: unknown, { issues: [problem] }: z.ZodError): LeftOut {
  const id = isRecord(item) ? String(item.shortId ?? item.id ?? item.version ?? '?').slice(0, 100) : '?';
  return {
    what: `item ${id}`,
    why: `it cannot be read: ${problem?.path.join('.') ?? ''} ${problem?.message ?? ''}`.trim(),
  };
}

function add<What>(to: Found<What>, { found, left }: Found<What>): void {
  to.found.push(...found);
  to.left.push(...left);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
