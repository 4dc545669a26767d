/// <reference types="node" />
/** What the stand-in answers: one line per path of the API, over a world of made-up data in memory. */

import type { EventDetail, EventSummary } from '#contract/events.ts';
import type { IssueDetail, IssueList } from '#contract/issues.ts';
import type { LiveMessage } from '#contract/live.ts';
import { type Person, type ProjectSummary, TOKEN_SCOPES } from '#contract/people.ts';
import type { IngestKey } from '#contract/projects.ts';
import { auditOf } from './fixtures/audit.ts';
import { differencesOf } from './fixtures/differences.ts';
import { groupingOf, payloadAt } from './fixtures/events.ts';
import { makeExpected, makeFilterPreview, makeFilters } from './fixtures/filters.ts';
import { impactOf, scoreOf } from './fixtures/impact.ts';
import {
  eventIdOf,
  listItem,
  makeIssues,
  makeProjects,
  makeTrend,
  type StoredIssue,
} from './fixtures/issues.ts';
import { logAggregate, logComparison, makeSavedQueries } from './fixtures/log-figures.ts';
import {
  findLogs,
  logFacet,
  logHistogram,
  logPage,
  logPatterns,
  logSurroundings,
  makeLogs,
} from './fixtures/logs.ts';
import {
  makeArtifacts,
  makeDeadLetters,
  makeGuides,
  makeKeys,
  makeLimits,
  makePeople,
  makeStored,
  makeTokens,
  makeUsage,
  PUBLIC_URL,
} from './fixtures/rest.ts';
import { sqlAnswer, sqlSchema } from './fixtures/sql.ts';
import { makeTrace, traceList } from './fixtures/traces.ts';

export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export interface StandInOptions {
  issues?: number;
  signedIn?: boolean;
  problems?: string[];
  engine?: 'ready' | 'restarting';
  /** How many lines of logs there are. */
  logs?: number;
  /** How long every answer waits, to see what a slow network shows. */
  delayMs?: number;
}

export type World = ReturnType<typeof makeWorld>;

export function makeWorld(options: StandInOptions) {
  const now = Date.now();
  return {
    now,
    signedIn: options.signedIn ?? true,
    engine: options.engine ?? ('ready' as const),
    problems: options.problems ?? [],
    delayMs: options.delayMs ?? 0,
    /** Paths that answer 503, to see what a page says then. */
    broken: new Set<string>(),
    issues: makeIssues(options.issues ?? 10_000, now),
    logs: makeLogs(now, options.logs),
    projects: makeProjects(now) as ProjectSummary[],
    keys: makeKeys(now),
    people: makePeople() as Person[],
    tokens: makeTokens(now),
    deadLetters: makeDeadLetters(now),
    savedQueries: makeSavedQueries(now),
  };
}

export interface Request {
  parts: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
  world: World;
}
type Route = [method: string, pattern: RegExp, run: (request: Request) => unknown];

const notFound = () =>
  new Refusal(404, 'not_found', 'There is nothing at this address, or you may not see it.');
function found<T>(thing: T | undefined): T {
  if (thing === undefined) throw notFound();
  return thing;
}

export const routes: readonly Route[] = [
  ['GET', /^\/session$/, ({ world }) => session(world)],
  [
    'POST',
    /^\/session$/,
    ({ world, body }) => {
      if (body.password !== 'correct horse battery')
        throw new Refusal(401, 'sign_in_failed', 'The e-mail or the password is wrong.');
      world.signedIn = true;
      return session(world);
    },
  ],
  [
    'DELETE',
    /^\/session$/,
    ({ world }) => {
      world.signedIn = false;
    },
  ],
  [
    'POST',
    /^\/session\/password$/,
    ({ body }) => {
      if (body.currentPassword === 'wrong')
        throw new Refusal(401, 'sign_in_failed', 'The e-mail or the password is wrong.');
    },
  ],
  ['GET', /^\/setup$/, ({ query }) => ({ needed: true, tokenValid: query.get('token') === 'good' })],
  [
    'POST',
    /^\/setup$/,
    ({ world }) => {
      world.signedIn = true;
      return session(world);
    },
  ],
  [
    'GET',
    /^\/status$/,
    ({ world }) => ({
      version: '0.1.0',
      engine: world.engine,
      backlogBytes: 48_211,
      problems: world.problems,
    }),
  ],
  [
    'GET',
    /^\/feedback$/,
    () => ({
      counts: { unread: 1, read: 0, resolved: 0, spam: 0 },
      nextCursor: null,
      items: [
        {
          ...{ id: '1', project: { id: '1', slug: 'shop-web', name: 'Shop web' }, status: 'unread' },
          ...{ name: 'Ada', email: 'ada@example.com', url: 'https://shop.example/cart', source: 'widget' },
          message: 'I pressed “Pay” three times and nothing happened. <b>Was I charged?</b>',
          ...{
            environment: 'production',
            release: '',
            at: new Date().toISOString(),
            eventId: null,
            issue: null,
          },
          ...{ traceId: null, replayId: null, attachments: [] },
        },
      ],
    }),
  ],
  ['GET', /^\/members$/, ({ world }) => world.people],
  ['GET', /^\/trackers$/, () => []],
  ['GET', /^\/organization$/, () => ({ slug: 'acme', name: 'Acme', sharing: true })],
  [
    'GET',
    /^\/teams$/,
    ({ world: { people, projects } }) => [
      {
        ...{ id: '1', slug: 'payments', name: 'Payments' },
        members: people.slice(0, 2).map(({ id, name }) => ({ id, name })),
        projects: projects.slice(0, 1),
      },
      { id: '2', slug: 'night-watch', name: 'Night watch', members: [], projects: [] },
    ],
  ],
  ['POST', /^\/members$/, () => ({ url: `${PUBLIC_URL}/invite?token=5f1d7a84db00d2fce00b31a7fc73224f` })],
  [
    'POST',
    /^\/invites\/accept$/,
    ({ world }) => {
      world.signedIn = true;
      return session(world);
    },
  ],
  [
    'GET',
    /^\/invites\/accept$/,
    ({ query }) => ({
      tokenValid: query.get('token') === 'good',
      email: 'grace@example.com',
      purpose: 'join',
      name: '',
      role: 'member',
      organization: 'Example Ltd',
    }),
  ],
  [
    'PATCH',
    /^\/members\/([^/]+)$/,
    ({ world, parts, body }) =>
      Object.assign(found(world.people.find((person) => person.id === parts[0])), body),
  ],
  [
    'DELETE',
    /^\/members\/([^/]+)$/,
    ({ world, parts }) => {
      world.people = world.people.filter((person) => person.id !== parts[0]);
    },
  ],
  ['GET', /^\/tokens$/, ({ world }) => world.tokens],
  [
    'POST',
    /^\/tokens$/,
    ({ world, body }) => {
      const token = {
        id: `t${world.tokens.length + 1}`,
        name: String(body.name),
        hint: 'tandem_…x9Qz',
        scopes: body.scopes as never,
        createdAt: new Date().toISOString(),
        lastUsedAt: null,
        expiresAt: null,
      };
      world.tokens.push(token);
      return { ...token, token: 'tandem_4c1f0a9d2b7e4a53a9f0c1d2e3f4a5b6x9Qz' };
    },
  ],
  [
    'DELETE',
    /^\/tokens\/([^/]+)$/,
    ({ world, parts }) => {
      world.tokens = world.tokens.filter((token) => token.id !== parts[0]);
    },
  ],
  ['GET', /^\/projects$/, ({ world }) => world.projects],
  [
    'POST',
    /^\/projects$/,
    ({ world, body }) => {
      const slug = String(body.slug || body.name)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]+/g, '-');
      if (world.projects.some((project) => project.slug === slug))
        throw new Refusal(409, 'conflict', 'Something with this name exists already.');
      const project = {
        id: String(world.projects.length + 1),
        slug,
        name: String(body.name),
        platform: String(body.platform ?? ''),
        createdAt: new Date().toISOString(),
        firstEventAt: null,
      };
      world.projects.push(project);
      return project;
    },
  ],
  [
    'PATCH',
    /^\/projects\/([^/]+)$/,
    ({ world, parts, body }) => Object.assign(projectOf(world, parts[0]), body),
  ],
  [
    'DELETE',
    /^\/projects\/([^/]+)$/,
    ({ world, parts }) => {
      world.projects = world.projects.filter((project) => project.slug !== parts[0]);
    },
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/setup$/,
    ({ world, parts }) => makeGuides(keysOf(world, parts[0])[0]?.dsn ?? ''),
  ],
  [
    'GET',
    /^\/projects\/([^/]+)\/limits$/,
    ({ world, parts }) => makeLimits(projectOf(world, parts[0]).id, world.now),
  ],
  [
    'PATCH',
    /^\/projects\/([^/]+)\/limits$/,
    ({ world, parts, body }) => ({ ...makeLimits(projectOf(world, parts[0]).id, world.now), ...body }),
  ],
  ['GET', /^\/projects\/([^/]+)\/filters$/, () => makeFilters()],
  ['GET', /^\/projects\/([^/]+)\/expected$/, () => makeExpected()],
  [
    'PATCH',
    /^\/projects\/([^/]+)\/filters$/,
    ({ body }) => {
      const filters = makeFilters();
      return { ...filters, rules: { ...filters.rules, ...(body as object) } };
    },
  ],
  ['POST', /^\/projects\/([^/]+)\/filters\/preview$/, () => makeFilterPreview()],
  ['GET', /^\/projects\/([^/]+)\/stored$/, ({ world, parts }) => makeStored(projectOf(world, parts[0]).id)],
  [
    'GET',
    /^\/projects\/([^/]+)\/artifacts$/,
    ({ world, parts }) => makeArtifacts(projectOf(world, parts[0]).id, world.now),
  ],
  ['GET', /^\/projects\/([^/]+)\/keys$/, ({ world, parts }) => keysOf(world, parts[0])],
  [
    'POST',
    /^\/projects\/([^/]+)\/keys$/,
    ({ world, parts, body }) => {
      const id = world.keys.length + 1;
      const publicKey = `feedbeef00c0ffee00c0ffee00c0ff${id}`.padEnd(32, '0');
      const project = projectOf(world, parts[0]);
      const key: IngestKey = {
        id: String(id),
        projectId: project.id,
        label: String(body.label),
        publicKey,
        dsn: `https://${publicKey}@errors.example.com/${project.id}`,
        enabled: true,
        rateLimit: null,
        createdAt: new Date().toISOString(),
      };
      world.keys.push(key);
      return key;
    },
  ],
  [
    'PATCH',
    /^\/projects\/[^/]+\/keys\/([^/]+)$/,
    ({ world, parts, body }) => Object.assign(found(world.keys.find((key) => key.id === parts[0])), body),
  ],
  [
    'DELETE',
    /^\/projects\/[^/]+\/keys\/([^/]+)$/,
    ({ world, parts }) => {
      world.keys = world.keys.filter((key) => key.id !== parts[0]);
    },
  ],
  ['GET', /^\/issues$/, listIssues],
  [
    'PATCH',
    /^\/issues$/,
    ({ world, body }) => {
      const ids = body.ids as string[] | undefined;
      const changing = world.issues.filter((issue) => !ids || ids.includes(issue.id));
      for (const issue of changing) {
        if (body.priority) issue.priority = body.priority as StoredIssue['priority'];
        if (!body.status) continue;
        issue.status = body.status as StoredIssue['status'];
        issue.substate = issue.status === 'unresolved' ? 'ongoing' : issue.status;
      }
      return {
        changed: changing.length,
        ...{ unchanged: 0, skipped: 0, left: 0 },
        undo: { id: 'undo', expiresAt: new Date(world.now + 600_000).toISOString() },
      };
    },
  ],
  ['POST', /^\/issues\/undo$/, () => ({ restored: 1, left: 0 })],
  [
    'GET',
    /^\/issues\/[^/]+\/releases$/,
    () => ({
      current: 'shop@1.4.0',
      releases: ['shop@1.4.0', 'shop@1.3.2', 'shop@1.3.1'],
      repositories: ['acme/shop'],
    }),
  ],
  ['GET', /^\/projects\/[^/]+\/workflow$/, () => ({ autoResolveDays: 14 })],
  ['PATCH', /^\/projects\/[^/]+\/workflow$/, ({ body }) => body],
  [
    'POST',
    /^\/issues\/delete$/,
    ({ world, body }) => {
      world.issues = world.issues.filter((issue) => !(body.ids as string[]).includes(issue.id));
    },
  ],
  [
    'GET',
    /^\/events\/([^/]+)$/,
    ({ parts }) => ({
      eventId: parts[0],
      issueId: String(Number.parseInt((parts[0] ?? '').slice(0, 8), 16)),
      projectId: '1',
    }),
  ],
  ['GET', /^\/issues\/([^/]+)$/, ({ world, parts }) => issueDetail(issueOf(world, parts[0]), world.now)],
  ['GET', /^\/issues\/([^/]+)\/tags$/, ({ world, parts }) => issueTags(issueOf(world, parts[0]))],
  ['GET', /^\/issues\/([^/]+)\/impact$/, ({ world, parts }) => impactOf(issueOf(world, parts[0]), world.now)],
  [
    'GET',
    /^\/issues\/([^/]+)\/differences$/,
    ({ world, parts, query }) =>
      differencesOf(
        issueOf(world, parts[0]),
        world.now,
        query.get('against') === 'transaction' ? 'transaction' : 'service',
      ),
  ],
  ['GET', /^\/audit$/, ({ world, query }) => auditOf(query, world.now)],
  ['GET', /^\/search\/suggestions$/, () => ({ values: [] })],
  ['GET', /^\/issues\/([^/]+)\/users$/, ({ world, parts }) => affectedUsers(issueOf(world, parts[0]))],
  [
    'GET',
    /^\/issues\/([^/]+)\/events$/,
    ({ world, parts, query }) => eventList(issueOf(world, parts[0]), query),
  ],
  [
    'GET',
    /^\/issues\/([^/]+)\/events\/([^/]+)$/,
    ({ world, parts }) => eventDetail(issueOf(world, parts[0]), parts[1] ?? ''),
  ],
  ['GET', /^\/logs$/, ({ world, query }) => logPage(foundLogs(world, query), query)],
  [
    'GET',
    /^\/traces$/,
    ({ world, query }) => {
      if (world.broken.has('/traces')) throw new Refusal(503, 'unavailable', 'The engine is restarting.');
      return query.get('project') === 'a-new-project'
        ? { items: [], isCut: false }
        : traceList(world.now, query);
    },
  ],
  ['GET', /^\/traces\/([^/]+)$/, ({ world, parts }) => found(makeTrace(parts[0] ?? '', world.now))],
  ['GET', /^\/logs\/histogram$/, ({ world, query }) => logHistogram(foundLogs(world, query), query)],
  ['GET', /^\/logs\/patterns$/, ({ world, query }) => logPatterns(foundLogs(world, query), query)],
  ['GET', /^\/logs\/aggregate$/, ({ world, query }) => logAggregate(foundLogs(world, query), query)],
  ['GET', /^\/logs\/comparison$/, ({ world, query }) => compared(world, query)],
  ['GET', /^\/query\/sql\/schema$/, () => sqlSchema],
  ['POST', /^\/query\/sql$/, ({ world, body }) => askedInSql(world, String(body.query))],
  [
    'GET',
    /^\/saved-queries$/,
    ({ world, query }) =>
      world.savedQueries.filter(({ screen }) => screen === (query.get('screen') ?? 'logs')),
  ],
  ['GET', /^\/logs\/facets$/, ({ world, query }) => logFacet(foundLogs(world, query), query)],
  [
    'GET',
    /^\/logs\/([^/]+)\/surroundings$/,
    ({ world, parts, query }) =>
      found(logSurroundings(world.logs, parts[0] ?? '', Number(query.get('lines')))),
  ],
  [
    'GET',
    /^\/usage$/,
    ({ world, query }) => makeUsage(query.get('period') ?? '24h', query.get('project') ?? '', world.now),
  ],
  [
    'GET',
    /^\/dead-letters$/,
    ({ world }) => ({ items: world.deadLetters, total: world.deadLetters.length, nextCursor: null }),
  ],
  [
    'GET',
    /^\/dead-letters\/([^/]+)\/raw$/,
    () =>
      new TextEncoder().encode(
        '{"event_id":"9ec79c33ec9942ab8353589fcb2e04dc"}\n{"type":"attachment","length":17204}\n\u0000\u0001MDMP<script>alert(1)</script>',
      ),
  ],
  [
    'POST',
    /^\/dead-letters\/([^/]+)\/redrive$/,
    ({ world, parts }) => {
      found(world.deadLetters.find((letter) => letter.id === parts[0])).redrivenAt = new Date().toISOString();
    },
  ],
  [
    'DELETE',
    /^\/dead-letters\/([^/]+)$/,
    ({ world, parts }) => {
      world.deadLetters = world.deadLetters.filter((letter) => letter.id !== parts[0]);
    },
  ],
];

function session(world: World) {
  if (!world.signedIn)
    throw new Refusal(
      401,
      'not_signed_in',
      'Sign in, or send an API token as "Authorization: Bearer TOKEN".',
    );
  return {
    user: world.people[0],
    scopes: TOKEN_SCOPES,
    organization: { slug: 'default', name: 'Example Ltd' },
    projects: world.projects,
    version: '0.1.0',
    publicUrl: PUBLIC_URL,
  };
}

const projectOf = (world: World, slug = '') => found(world.projects.find((project) => project.slug === slug));
const keysOf = (world: World, slug = '') =>
  world.keys.filter((key) => key.projectId === projectOf(world, slug).id);
const issueOf = (world: World, id = '') =>
  found(world.issues.find((issue) => issue.id === id || issue.shortId === id));

function askedInSql(world: World, query: string) {
  if (world.broken.has('/query/sql'))
    throw new Refusal(
      429,
      'too_many_queries',
      'As many questions of yours are being answered, or wait, as this server takes of one person. Ask again in a moment.',
    );
  if (query.includes('servce'))
    throw new Refusal(
      400,
      'query_invalid',
      'line 1, column 8: there is no column "servce"; did you mean "service"?',
    );
  return sqlAnswer(world.logs, query, world.now);
}

/** Only the shop has logs. */
function foundLogs(world: World, query: URLSearchParams) {
  if (world.broken.has('/logs'))
    throw new Refusal(
      422,
      'query_too_costly',
      'The question reads more than this server allows for one answer.',
    );
  const project = query.get('project');
  if (project && projectOf(world, project).id !== '1') return [];
  const unknown = /level:(?!trace|debug|info|warn|error|fatal|unknown)(\S*)/.exec(query.get('query') ?? '');
  if (unknown)
    throw new Refusal(
      400,
      'query_invalid',
      `The search cannot be read. (column ${unknown.index + 1}: expected a level)`,
    );
  return findLogs(world.logs, query);
}

function compared(world: World, query: URLSearchParams) {
  const [from, to] = [Number(query.get('from')), Number(query.get('to'))];
  const shift = { day: 86_400_000, week: 604_800_000 }[query.get('against') ?? ''] ?? to - from;
  const earlier = new URLSearchParams(query);
  earlier.set('from', String(from - shift));
  earlier.set('to', String(to - shift));
  return logComparison(foundLogs(world, query), foundLogs(world, earlier), query, shift);
}

function listIssues({ world, query }: Request): IssueList {
  if (world.broken.has('/issues'))
    throw new Refusal(
      503,
      'unavailable',
      'The engine is restarting. Nothing that was answered is lost; try again in a few seconds.',
    );
  const text = query.get('query') ?? 'is:unresolved';
  const unknown = /is:(?!unresolved|resolved|archived|new|ongoing|regressed|unhandled)(\S*)/.exec(text);
  if (unknown)
    throw new Refusal(
      400,
      'query_invalid',
      `The search cannot be read. (there is no status “${unknown[1]}”, at column ${unknown.index + 4})`,
    );
  const words = text.split(/\s+/).filter(Boolean);
  const project = query.get('project');
  const kept = world.issues.filter(
    (issue) =>
      (!project || issue.project.slug === project) &&
      words.every((word) => {
        const [, key, value] = /^(\w+):(.*)$/.exec(word) ?? [];
        if (key === 'is')
          return (
            [issue.status, issue.substate].includes(value as never) ||
            (value === 'unhandled' && issue.unhandled)
          );
        if (key === 'level') return issue.level === value;
        if (key === 'release') return issue.lastRelease === value?.replaceAll('"', '');
        if (key) return issue.title.includes(value ?? '');
        return issue.title.toLowerCase().includes(word.replaceAll('"', '').toLowerCase());
      }),
  );
  const sort = query.get('sort') ?? 'lastSeen';
  kept.sort((a, b) =>
    sort === 'events' || sort === 'users'
      ? b[sort] - a[sort]
      : sort === 'impact'
        ? scoreOf(b, world.now).score - scoreOf(a, world.now).score
        : sort === 'firstSeen'
          ? b.firstSeen.localeCompare(a.firstSeen)
          : b.lastSeen.localeCompare(a.lastSeen),
  );
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 25);
  return {
    items: kept
      .slice(start, start + limit)
      .map((issue) => listItem(issue, query.get('period') ?? '14d', world.now)),
    total: kept.length,
    nextCursor: start + limit < kept.length ? String(start + limit) : null,
    previousCursor: null,
    notices: text.includes('user.email') ? ['Only the newest 10,000 issues were looked at.'] : [],
  };
}

function issueDetail(issue: StoredIssue, now: number): IssueDetail {
  const { trend, periodEvents: _, periodUsers: __, ...rest } = listItem(issue, '14d', now);
  const activity: IssueDetail['activity'] = [
    {
      id: '1',
      userId: null,
      kind: 'first_seen',
      at: issue.firstSeen,
      by: null,
      data: { release: issue.firstRelease },
    },
  ];
  if (issue.substate === 'regressed')
    activity.unshift(
      {
        id: '3',
        userId: null,
        kind: 'regressed',
        at: issue.lastSeen,
        by: null,
        data: { release: issue.lastRelease },
      },
      {
        id: '2',
        userId: '1',
        kind: 'resolved',
        at: new Date(now - 6 * 3_600_000).toISOString(),
        by: 'Ada Lovelace',
        data: { inRelease: 'stock@2.3.0' },
      },
    );
  return {
    ...rest,
    logs: null,
    trend,
    trend24h: makeTrend(
      Number(issue.id),
      Math.ceil(issue.events / 9),
      '24h',
      now,
      issue.substate === 'new' ? 'rising' : 'flat',
    ),
    hashes: [issue.hash],
    imported:
      issue.substate === 'regressed'
        ? [
            {
              source: 'https://sentry.example.com/acme/shop',
              shortId: 'SHOP-7Q',
              url: 'https://sentry.example.com/organizations/acme/issues/4242/',
              events: 12_403,
              users: 310,
              importedAt: new Date(now).toISOString(),
            },
          ]
        : [],
    following: false,
    followers: [],
    share: null,
    links: [],
    releases: [],
    activity,
    feedback:
      issue.id === '1000'
        ? [
            {
              name: 'Ada',
              email: 'ada@example.com',
              message: 'I pressed “Pay” three times and nothing happened. <b>Was I charged?</b>',
              at: new Date(now - 3_600_000).toISOString(),
              eventId: eventIdOf(1000, 3),
              url: 'https://shop.example/cart',
            },
          ]
        : [],
  };
}

function issueTags(issue: StoredIssue) {
  const tags = (issue.scenario.payload.tags as [string, string][] | undefined) ?? [];
  return {
    events: issue.events,
    sampled: issue.events > 10_000,
    tags: [
      ['level', issue.level],
      ['release', issue.lastRelease],
      ['environment', 'production'],
      ...tags,
    ].map(([key, value], index) => {
      const events = index % 3 === 2 ? Math.ceil(issue.events * 0.6) : issue.events;
      const shares = index % 2 ? [1] : [0.62, 0.21, 0.08, 0.04, 0.01];
      return {
        key: key as string,
        events,
        distinctValues: shares.length === 1 ? 1 : 23,
        top: shares.map((share, place) => ({
          value: place ? `${value} ${place}` : (value as string),
          events: Math.max(1, Math.round(events * share)),
          users: Math.ceil((issue.users * share) / 3),
          others: Math.round(84_000 * (index % 2 ? 0.9 : share / 5)),
        })),
      };
    }),
    others: 84_000,
    differences: [
      { key: 'release', value: issue.lastRelease, share: 0.62, othersShare: 0.124 },
      { key: 'browser', value: 'Firefox 121', share: 0.81, othersShare: 0.09 },
      { key: 'os', value: 'Windows 10', share: 0.02, othersShare: 0.4 },
    ],
  };
}

function affectedUsers(issue: StoredIssue) {
  const items = Array.from({ length: Math.min(issue.users, 100) }, (_, index) => ({
    key: `id:u_${184 + index}`,
    id: `u_${184 + index}`,
    email: index % 3 ? `person${index}@example.com` : '',
    username: index % 4 ? '' : `person-${index}`,
    ip: `203.0.113.${index + 1}`,
    events: Math.max(1, Math.round(issue.events / (index + 2) / 4)),
    lastSeen: new Date(Date.parse(issue.lastSeen) - index * 777_000).toISOString(),
  }));
  return { items, total: issue.users, nextCursor: null };
}

const timeOf = (issue: StoredIssue, place: number) => Date.parse(issue.lastSeen) - place * 97_000;

function eventList(issue: StoredIssue, query: URLSearchParams) {
  const start = Number(query.get('cursor') ?? 0);
  const limit = Number(query.get('limit') ?? 50);
  const total = Math.min(issue.events, 5000);
  const items: EventSummary[] = Array.from(
    { length: Math.max(0, Math.min(limit, total - start)) },
    (_, index) => ({
      id: eventIdOf(Number(issue.id), start + index),
      timestamp: new Date(timeOf(issue, start + index)).toISOString(),
      title: issue.title,
      level: issue.level,
      release: issue.lastRelease,
      environment: 'production',
      user: `person${start + index}@example.com`,
      url: 'https://shop.example/api/checkout',
      traceId: '4bf92f3577b34da6a3ce929d0e0e4736',
    }),
  );
  return { items, nextCursor: start + limit < total ? String(start + limit) : null, notices: [] };
}

function eventDetail(issue: StoredIssue, eventId: string): EventDetail {
  const total = Math.min(issue.events, 5000);
  const place =
    eventId === 'latest' ? 0 : eventId === 'oldest' ? total - 1 : Number.parseInt(eventId.slice(8, 16), 16);
  if (!Number.isInteger(place) || place >= total) throw notFound();
  const id = eventIdOf(Number(issue.id), place);
  const at = timeOf(issue, place);
  return {
    id,
    projectId: issue.project.id,
    issueId: issue.id,
    timestamp: new Date(at).toISOString(),
    receivedAt: new Date(at + 200).toISOString(),
    title: issue.title,
    culprit: issue.culprit,
    groupingHash: issue.hash,
    payload: payloadAt(issue.scenario, id, at),
    frameProblems:
      issue.id === '1001'
        ? [
            {
              ...{ exception: 0, frame: 0, code: 'file_missing' },
              detail: '~/assets/checkout-8f2c1b.js was not uploaded for release shop-web@4.2.0+build.1187',
            },
          ]
        : [],
    grouping: groupingOf(issue.scenario, issue.hash),
    attachments:
      issue.id === '1000'
        ? [
            {
              id: 'a1',
              name: 'screenshot <b>.png',
              contentType: 'image/png',
              attachmentType: 'event.attachment',
              bytes: 184_221,
              createdAt: new Date(at).toISOString(),
              url: '/api/v1/attachments/a1',
              preview: 'image',
            },
            {
              id: 'a2',
              name: 'server.log',
              contentType: 'text/plain',
              attachmentType: 'event.attachment',
              bytes: 2212,
              createdAt: new Date(at).toISOString(),
              url: '/api/v1/attachments/a2',
              preview: 'text',
            },
          ]
        : [],
    feedback: [],
    log: null,
    olderId: place + 1 < total ? eventIdOf(Number(issue.id), place + 1) : null,
    newerId: place > 0 ? eventIdOf(Number(issue.id), place - 1) : null,
    index: place + 1,
    total: issue.events,
  };
}

/** A batch that touches some issues, as the live stream tells it. */
export function batchOf(world: World, issueIds: string[], newIssueIds: string[] = []): LiveMessage {
  const issue = issueOf(world, newIssueIds[0] ?? issueIds[0]);
  return {
    type: 'batch',
    projectId: issue.project.id,
    issueIds,
    newIssueIds,
    events: issueIds.length,
    lastTitle: issue.title,
    lastIssueId: issue.id,
  };
}
