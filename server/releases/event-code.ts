/**
 * What the frames of an event lead to: lines at the code host, commits that may have broken it, and who owns it. Lines are
 * those of the commit the event's release was built from, where that is known, else of the default branch.
 */
import type { EventCode } from '#contract/code.ts';
import { findEvent } from '#server/issues/event-queries.ts';
import { eventsOf } from '#server/issues/events-of.ts';
import { type FoundIssue, type IssueStores, iso } from '#server/issues/issues.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { codeAddress, commitOfVersion, framePaths, mapFrame } from './code-links.ts';
import { decidingRule, ownedEvent, ownFrames } from './find-owners.ts';
import { type KnownOwner, knownOwners } from './known-owners.ts';
import { rulesOf } from './ownership.ts';
import { type CommitRow, readCommits } from './releases.ts';
import { type MappingRow, type RepositoryRow, readMappings } from './repositories.ts';
import { suspectCommits } from './suspect-commits.ts';

/** Frames that get a link: those of a stack that is as deep as is kept, thrice for its causes. */
const LINKS_MAX = 750;
/** Frames that commits are compared with. */
const SUSPECT_FRAMES_MAX = 100;

export async function readEventCode(
  stores: IssueStores,
  organizationId: number,
  issue: FoundIssue,
  which: string,
): Promise<EventCode> {
  const { db } = stores.metadata;
  const event = await findEvent(stores, await eventsOf(stores, issue), which);
  const payload = JSON.parse(event.payload) as EventPayload;
  const project = issue.row.project_id;
  const suspectRelease = issue.row.first_release;
  const [mappings, ownership, commits, suspects] = await Promise.all([
    readMappings(db, project),
    readDeciding(db, organizationId, project, payload),
    commitsOf(db, organizationId, payload.release ?? ''),
    commitsOf(db, organizationId, suspectRelease),
  ]);
  return {
    links: linksOf(payload, mappings, commits),
    suspectCommits: suspectsOf(payload, mappings, suspects),
    suspectRelease,
    ownership,
  };
}

async function commitsOf(db: MetadataDb, organizationId: number, version: string): Promise<CommitRow[]> {
  if (version === '') return [];
  const release = await db
    .selectFrom('release')
    .select('id')
    .where('organization_id', '=', organizationId)
    .where('version', '=', version)
    .executeTakeFirst();
  return release ? readCommits(db, release.id) : [];
}

function linksOf(
  event: EventPayload,
  mappings: readonly MappingRow[],
  commits: readonly CommitRow[],
): EventCode['links'] {
  if (mappings.length === 0) return [];
  const links = new Map<string, EventCode['links'][number]>();
  const frames = allFrames(event).filter((frame) => frame.in_app !== false);
  for (const frame of frames.slice(0, LINKS_MAX)) {
    const mapped = mapFrame(frame, mappings);
    if (!mapped) continue;
    const { repository, default_branch } = mapped.mapping;
    const commit = commitIn(repository, commits) ?? commitOfVersion(event.release ?? '');
    const line = frame.lineno ?? 0;
    const place = { ref: commit ?? default_branch, isCommit: commit !== null, path: mapped.path, line };
    const url = codeAddress(repository, place);
    // As the screens know a frame.
    const path = frame.abs_path || frame.filename || '';
    if (url) links.set(`${line} ${path}`, { path, line, url, repository: repository.name });
  }
  return [...links.values()];
}

/**
 * The newest commit of a release in a repository. sentry-cli calls the repository it found by itself after the remote,
 * mostly `origin`: where all commits are of one repository, it is this one.
 */
function commitIn(repository: RepositoryRow, commits: readonly CommitRow[]): string | null {
  const own = commits.find(({ repository_id }) => repository_id === repository.id);
  if (own) return own.sha;
  const names = new Set(commits.map((commit) => commit.repository));
  return names.size === 1 ? commits[0]!.sha : null;
}

const allFrames = (event: EventPayload) =>
  [
    ...(event.exception?.values ?? []).map(({ stacktrace }) => stacktrace),
    ...(event.threads?.values ?? []).map(({ stacktrace }) => stacktrace),
  ].flatMap((stack) => stack?.frames ?? []);

function suspectsOf(
  event: EventPayload,
  mappings: readonly MappingRow[],
  commits: readonly CommitRow[],
): EventCode['suspectCommits'] {
  if (commits.length === 0) return [];
  const frames = ownFrames(event)
    .slice(0, SUSPECT_FRAMES_MAX)
    .map((frame) => {
      const mapped = mapFrame(frame, mappings);
      return { paths: mapped ? [mapped.path] : framePaths(frame) };
    });
  const files = commits.map((commit) => ({ files: JSON.parse(commit.files) as [string, string][] }));
  return suspectCommits(frames, files).map(({ commit: at, files: changed }) => {
    const commit = commits[at]!;
    const mapping = mappings.find(({ repository_id }) => repository_id === commit.repository_id);
    return { ...commitShape(commit, mapping?.repository ?? mappings[0]?.repository), files: changed };
  });
}

/** A commit as the API shows it, without its files. */
export function commitShape(commit: CommitRow, repository: RepositoryRow | undefined) {
  return {
    sha: commit.sha,
    url: repository ? commitAddress(repository, commit.sha) : null,
    repository: commit.repository,
    authorName: commit.author_name,
    authorEmail: commit.author_email,
    message: commit.message,
    committedAt: commit.committed_at === null ? null : iso(commit.committed_at),
  };
}

/** All hosts have a page of a commit at the same place, but for two. Null: it is not known where the code is looked at. */
function commitAddress({ host, url }: RepositoryRow, sha: string): string | null {
  if (host === '' || host === 'template' || url === '') return null;
  const words = { github: 'commit', gitlab: '-/commit', bitbucket: 'commits', gitea: 'commit' };
  return `${url.replace(/\/+$/, '').replace(/\.git$/, '')}/${words[host]}/${encodeURIComponent(sha)}`;
}

async function readDeciding(
  db: MetadataDb,
  organizationId: number,
  project: number,
  event: EventPayload,
): Promise<EventCode['ownership']> {
  const texts = await db
    .selectFrom('ownership')
    .select(['rules', 'codeowners'])
    .where('project_id', '=', project)
    .executeTakeFirst();
  if (!texts) return null;
  const rule = decidingRule(ownedEvent(event, await readMappings(db, project)), rulesOf(texts));
  if (!rule) return null;
  const known = await knownOwners(db, organizationId, rule.owners);
  return {
    rule: rule.text,
    in: rule.in,
    line: rule.line,
    owners: rule.owners.map((name) => ownerShape(name, known.get(name.toLowerCase()))),
  };
}

const ownerShape = (name: string, owner: KnownOwner | undefined) => {
  const here = owner && { id: owner.id, name: owner.name };
  return {
    name,
    person: owner?.type === 'person' ? here! : null,
    team: owner?.type === 'team' ? here! : null,
  };
};
