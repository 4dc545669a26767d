/** /api/v1/imports/:slug: what `tandem import` brings to a project from another tracker, asked for and written piece by piece. */
import type { FastifyPluginAsync, FastifyRequest } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import * as z from 'zod';
import {
  IMPORT_EVENTS_CHARS_MAX,
  ImportedKey,
  ImportedKeyAnswer,
  ImportedReleases,
  ImportedReleasesAnswer,
  ImportIssueAnswer,
  ImportIssueRequest,
  ImportMarks,
  ImportMarksRequest,
  ImportTarget,
} from '#contract/imports.ts';
import type { ProjectSummary } from '#contract/people.ts';
import { requireViewer, type Viewer } from '#server/accounts/accounts.ts';
import { type IssueStores, iso, visibleProjects } from '#server/issues/issues.ts';
import { shortId } from '#server/issues/short-id.ts';
import { groupingRules } from '#server/process/rules/grouping-rules.ts';
import type { RetentionPolicy } from '#server/record/retention.ts';
import { peopleOfEmails } from '#server/releases/known-owners.ts';
import { teamsOf } from '#server/teams/teams.ts';
import { adoptIssue, type KnownHere } from './adopt-issue.ts';
import { adoptKey } from './adopt-key.ts';
import { adoptReleases } from './adopt-releases.ts';
import { readEvents } from './read-events.ts';
import { type Door, takeEvents } from './take-events.ts';

const tags = ['imports'];
const DAY_MS = 86_400_000;
/** JSON of the events, each character at most three bytes but for those that JSON writes as six; and of the issue. */
const BODY_BYTES_MAX = 3 * IMPORT_EVENTS_CHARS_MAX;

export interface ImportStores extends IssueStores {
  acceptance: Door['acceptance'];
  retentionPolicy(): Promise<RetentionPolicy>;
  /** A key has come: the door must not go on believing that there is none. */
  forgetKeys(): void;
}

export function importRoutes(stores: ImportStores): FastifyPluginAsync {
  const { metadata, clock } = stores;
  const { db } = metadata;

  async function named(request: FastifyRequest<{ Params: { slug: string } }>) {
    const viewer = requireViewer(request, 'project:admin');
    const [project] = await visibleProjects(stores, viewer, request.params.slug);
    return { viewer, project: project!, id: Number(project!.id) };
  }

  async function keptSince(project: number): Promise<number> {
    const { projects, defaultDays } = await stores.retentionPolicy();
    const days = projects.find((each) => each.project === project)?.eventDays ?? defaultDays;
    return clock.now() - days * DAY_MS;
  }

  async function rulesOf(project: number) {
    const row = await db
      .selectFrom('grouping_rules')
      .select(['fingerprint_rules', 'stack_trace_rules'])
      .where('project_id', '=', project)
      .executeTakeFirst();
    return row && groupingRules({ fingerprint: row.fingerprint_rules, stackTrace: row.stack_trace_rules });
  }

  async function knownHere(
    { organization }: Viewer,
    { assignee, comments }: z.output<typeof ImportIssueRequest>['issue'],
  ): Promise<KnownHere> {
    const emails = [assignee?.email, ...comments.map(({ email }) => email)].filter((email) => email);
    const teams = assignee?.team ? await teamsOf(db, organization.id) : [];
    return {
      people: await peopleOfEmails(db, organization.id, emails as string[]),
      teams: new Map(teams.map((team) => [team.slug, team])),
    };
  }

  async function importIssue(
    { viewer, project, id }: { viewer: Viewer; project: ProjectSummary; id: number },
    { source, issue, events }: z.output<typeof ImportIssueRequest>,
  ): Promise<z.output<typeof ImportIssueAnswer>> {
    const now = clock.now();
    const read = await readEvents(events, { now, since: await keptSince(id), rules: await rulesOf(id) });
    const adopted = await adoptIssue(metadata, {
      ...{ project: id, source, now },
      // Told when everything is in the journal: what was begun is begun again.
      issue: { ...issue, mark: '' },
      eventHashes: read.events.map(({ hashes }) => hashes),
      here: await knownHere(viewer, issue),
      by: viewer,
    });
    const taken = await takeEvents(stores, id, read.events);
    if (issue.mark !== '')
      await db
        .updateTable('issue_import')
        .set({ mark: issue.mark })
        .where('project_id', '=', id)
        .where('source', '=', source)
        .where('source_issue', '=', issue.id)
        .execute();
    return {
      issueId: String(adopted.issueId),
      shortId: shortId(project.slug, adopted.number),
      became: adopted.became,
      events: { ...taken, left: read.left },
      left: adopted.left,
    };
  }

  return async (scope) => {
    const app = scope.withTypeProvider<ZodTypeProvider>();
    const params = z.object({ slug: z.string().min(1).max(100) });

    app.get(
      '/api/v1/imports/:slug',
      {
        schema: {
          tags,
          summary: 'What an import into a project must know before it begins',
          params,
          response: { 200: ImportTarget },
        },
      },
      async (request) => {
        const { project, id } = await named(request);
        const { slug, name } = project;
        return { project: { id: project.id, slug, name }, eventsSince: iso(await keptSince(id)) };
      },
    );

    app.post(
      '/api/v1/imports/:slug/keys',
      {
        schema: {
          tags,
          summary: 'Take an ingest key of another tracker, so that its DSN goes on working',
          params,
          body: ImportedKey,
          response: { 200: ImportedKeyAnswer },
        },
      },
      async (request) => {
        const { id } = await named(request);
        const became = await adoptKey(metadata, id, request.body, clock.now());
        stores.forgetKeys();
        return { became };
      },
    );

    app.post(
      '/api/v1/imports/:slug/releases',
      {
        schema: {
          tags,
          summary: 'Take releases of another tracker with their times',
          params,
          body: ImportedReleases,
          response: { 200: ImportedReleasesAnswer },
        },
      },
      async (request) => {
        const { viewer, id } = await named(request);
        return adoptReleases(db, viewer.organization.id, id, request.body.releases);
      },
    );

    app.post(
      '/api/v1/imports/:slug/marks',
      {
        schema: {
          tags,
          summary: 'Which issues of another tracker are here whole',
          params,
          body: ImportMarksRequest,
          response: { 200: ImportMarks },
        },
      },
      async (request) => {
        const { id } = await named(request);
        const rows = await db
          .selectFrom('issue_import')
          .select(['source_issue', 'mark'])
          .where('project_id', '=', id)
          .where('source', '=', request.body.source)
          .where('source_issue', 'in', ['', ...request.body.ids])
          .where('mark', '!=', '')
          .execute();
        return { marks: Object.fromEntries(rows.map(({ source_issue, mark }) => [source_issue, mark])) };
      },
    );

    app.post(
      '/api/v1/imports/:slug/issues',
      {
        bodyLimit: BODY_BYTES_MAX,
        schema: {
          tags,
          summary: 'Take an issue of another tracker with its newest events; again, what is new of it',
          params,
          body: ImportIssueRequest,
          response: { 200: ImportIssueAnswer },
        },
      },
      async (request) => importIssue(await named(request), request.body),
    );
  };
}
