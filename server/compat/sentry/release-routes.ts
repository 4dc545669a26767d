/**
 * Releases in Sentry's API: what sentry-cli's `releases` and `deploys` and the bundler plugins call. The addresses of a
 * project do what those of the organization do, for releases of that project.
 */
import type { FastifyPluginAsync } from 'fastify';
import { resolveFixed } from '#server/issues/fixed-by-commits.ts';
import { projectIds, visibleProjects } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import { peopleOfEmails } from '#server/releases/known-owners.ts';
import { RELEASE_LIST, releasePage, releaseWithCommitsBefore } from '#server/releases/release-list.ts';
import {
  addDeploy,
  type CommitInput,
  changeRelease,
  deleteRelease,
  makeRelease,
} from '#server/releases/release-writes.ts';
import {
  findRelease,
  type ReleaseRow,
  readCommits,
  readDeploys,
  readFacts,
} from '#server/releases/releases.ts';
import { projectsAskedFor } from './issue-query.ts';
import { changeOf, NewDeploy, NewRelease, ReleaseUpdate } from './release-body.ts';
import { commitShape, deployShape, releaseShape } from './release-shape.ts';
import type { SentryApi } from './sentry-api.ts';
import {
  bodyOf,
  linkPages,
  ONE_PAGE,
  pageCursor,
  pageLimit,
  projectOf,
  type SentryRequest,
  serve,
} from './sentry-request.ts';

/** Both have the same addresses below. */
const PLACES = ['/api/0/organizations/:org/releases/', '/api/0/projects/:org/:project/releases/'];
/** A body with the commits of a release and the files each of them changed, bytes. */
const COMMITS_BYTES_MAX = 16 * 1024 * 1024;

export function releaseRoutes(api: SentryApi): FastifyPluginAsync {
  const { db } = api.metadata;
  const stores = () => ({ db, now: api.clock.now() });

  /** The project of the address, where it names one. */
  const projectIdOf = async (request: SentryRequest) =>
    request.params.project === undefined ? undefined : Number((await projectOf(api, request)).id);

  const named = async (request: SentryRequest) =>
    findRelease(db, request.viewer.organization.id, request.params.version!, await projectIdOf(request));

  async function shapesOf({ viewer }: SentryRequest, rows: readonly ReleaseRow[]) {
    const projects = await visibleProjects(api, viewer);
    const facts = await readFacts(db, rows, projectIds(projects));
    return rows.map((row) => releaseShape(row, facts.get(row.id)!, projects));
  }
  const shapeOf = async (request: SentryRequest, row: ReleaseRow) => (await shapesOf(request, [row]))[0];

  /** Ids of the projects a body names, all of which must be there, and of the one of the address. */
  async function projectsOf(request: SentryRequest, given: readonly string[]): Promise<number[]> {
    const ofAddress = await projectIdOf(request);
    const ids = ofAddress === undefined ? [] : [ofAddress];
    for (const slugOrId of given)
      ids.push(...projectIds(await visibleProjects(api, request.viewer, slugOrId || '?')));
    return ids;
  }

  async function list(request: SentryRequest) {
    const { query, viewer } = request;
    const isOfSome = request.params.project !== undefined || query.has('project');
    const page = await releasePage(db, {
      organizationId: viewer.organization.id,
      projects: isOfSome ? projectIds(await projectsAskedFor(api, request)) : null,
      query: query.get('query') ?? '',
      cursor: pageCursor(query, RELEASE_LIST),
      limit: pageLimit(query),
    });
    linkPages(api, request, { ...ONE_PAGE, hasNext: page.next !== null, next: page.next });
    return shapesOf(request, page.releases);
  }

  async function resolveFixedBy(
    { viewer }: SentryRequest,
    { version }: ReleaseRow,
    commits: readonly CommitInput[] = [],
  ): Promise<void> {
    if (commits.length === 0) return;
    const emails = commits.map(({ authorEmail }) => authorEmail);
    const people = await peopleOfEmails(db, viewer.organization.id, emails);
    const projects = await visibleProjects(api, viewer);
    await resolveFixed(api, projects, { version, commits }, { viewer, people });
  }

  async function create(request: SentryRequest) {
    const { version, projects, ...body } = bodyOf(NewRelease, request);
    const ids = await projectsOf(request, projects ?? []);
    if (ids.length === 0) throw reject('request_invalid', 'body.projects: name at least one project');
    const change = { ...changeOf(body), projects: ids };
    const { release, isNew } = await makeRelease(stores(), request.viewer.organization.id, version, change);
    await resolveFixedBy(request, release, change.commits);
    // Already reported: how Sentry says that the release was there.
    request.reply.code(isNew ? 201 : 208);
    return shapeOf(request, release);
  }

  async function update(request: SentryRequest) {
    const { projects, ...body } = bodyOf(ReleaseUpdate, request);
    const release = await named(request);
    const change = { ...changeOf(body), projects: await projectsOf(request, projects ?? []) };
    const changed = await changeRelease(stores(), release, change);
    await resolveFixedBy(request, release, change.commits);
    return shapeOf(request, changed);
  }

  async function previousWithCommits(request: SentryRequest) {
    const previous = await releaseWithCommitsBefore(db, await named(request));
    return previous ? shapeOf(request, previous) : {};
  }

  return async (app) => {
    const large = { bodyLimit: COMMITS_BYTES_MAX };
    for (const place of PLACES) {
      const one = `${place}:version/`;
      serve(app, 'GET', place, 'project:read', list);
      serve(app, 'POST', place, 'project:releases', create, large);
      serve(app, 'GET', one, 'project:read', async (request) => shapeOf(request, await named(request)));
      serve(app, 'PUT', one, 'project:releases', update, large);
      serve(app, 'DELETE', one, 'project:releases', async (request) => {
        const projects = await visibleProjects(api, request.viewer);
        await deleteRelease({ db }, await named(request), projectIds(projects));
        return request.reply.code(204).send();
      });
      serve(app, 'GET', `${one}commits/`, 'project:read', async (request) => {
        const commits = await readCommits(db, (await named(request)).id);
        linkPages(api, request, ONE_PAGE);
        return commits.map(commitShape);
      });
      serve(app, 'GET', `${one}previous-with-commits/`, 'project:read', previousWithCommits);
      serve(app, 'GET', `${one}deploys/`, 'project:read', async (request) => {
        const deploys = await readDeploys(db, (await named(request)).id);
        linkPages(api, request, ONE_PAGE);
        return deploys.map(deployShape);
      });
      serve(app, 'POST', `${one}deploys/`, 'project:releases', async (request) => {
        const { environment, name, url, dateStarted, dateFinished } = bodyOf(NewDeploy, request);
        const deploy = await addDeploy(stores(), await named(request), {
          environment,
          name: name ?? '',
          url: url ?? '',
          startedAt: dateStarted ?? null,
          finishedAt: dateFinished ?? null,
        });
        request.reply.code(201);
        return deployShape(deploy);
      });
    }
  };
}
