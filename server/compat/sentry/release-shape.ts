/** Releases, their commits and deploys as Sentry's API shows them. */
import type { ProjectSummary } from '#contract/people.ts';
import { iso } from '#server/issues/issues.ts';
import { parseVersion } from '#server/releases/release-order.ts';
import type { CommitRow, DeployRow, ReleaseFacts, ReleaseRow } from '#server/releases/releases.ts';

const isoOrNull = (time: number | null) => (time === null ? null : iso(time));

export function releaseShape(row: ReleaseRow, facts: ReleaseFacts, projects: readonly ProjectSummary[]) {
  const times = (pick: (place: ReleaseFacts['projects'][number]) => number | null) =>
    facts.projects.map(pick).filter((time) => time !== null);
  const firsts = times(({ firstEventAt }) => firstEventAt);
  const lasts = times(({ lastEventAt }) => lastEventAt);
  const byId = new Map(projects.map((project) => [Number(project.id), project]));
  return {
    id: row.id,
    version: row.version,
    shortVersion: shortVersion(row.version),
    displayVersion: shortVersion(row.version),
    versionInfo: versionInfo(row.version),
    status: 'open',
    ref: null,
    url: row.url || null,
    dateCreated: iso(row.created_at),
    dateStarted: isoOrNull(row.started_at),
    dateReleased: isoOrNull(row.released_at),
    firstEvent: firsts.length > 0 ? iso(Math.min(...firsts)) : null,
    lastEvent: lasts.length > 0 ? iso(Math.max(...lasts)) : null,
    newGroups: facts.projects.reduce((sum, { newIssues }) => sum + newIssues, 0),
    commitCount: facts.commitCount,
    lastCommit: facts.lastCommit && commitShape(facts.lastCommit),
    deployCount: facts.deployCount,
    lastDeploy: facts.lastDeploy && deployShape(facts.lastDeploy),
    authors: facts.authors,
    owner: null,
    data: {},
    userAgent: null,
    projects: facts.projects.flatMap(({ projectId, newIssues }) => {
      const project = byId.get(projectId);
      if (!project) return [];
      const { id, slug, name, platform } = project;
      const platforms = platform ? [platform] : [];
      return [{ id: Number(id), slug, name, newGroups: newIssues, platform, platforms, hasHealthData: true }];
    }),
  };
}

/** A hash of git is known by its beginning. */
function shortVersion(version: string): string {
  const bare = version.slice(version.lastIndexOf('@') + 1) || version;
  return /^[0-9a-f]{40}$/.test(bare) ? bare.slice(0, 12) : bare;
}

function versionInfo(version: string) {
  const parsed = parseVersion(version);
  if (!parsed) return null;
  const [major = 0, minor = 0, patch = 0] = parsed.numbers;
  return {
    package: parsed.package || null,
    version: {
      raw: version.slice(version.lastIndexOf('@') + 1),
      ...{ major, minor, patch },
      pre: parsed.prerelease.join('.') || null,
      buildCode: parsed.build || null,
      components: parsed.numbers.length,
    },
    description: shortVersion(version),
    buildHash: null,
  };
}

export function commitShape(commit: CommitRow) {
  return {
    id: commit.sha,
    message: commit.message,
    dateCreated: isoOrNull(commit.committed_at),
    author:
      commit.author_name || commit.author_email
        ? { name: commit.author_name || commit.author_email, email: commit.author_email }
        : null,
    repository: { name: commit.repository },
    releases: [],
  };
}

export function deployShape(deploy: DeployRow) {
  return {
    id: String(deploy.id),
    environment: deploy.environment,
    name: deploy.name || null,
    url: deploy.url || null,
    dateStarted: isoOrNull(deploy.started_at),
    dateFinished: iso(deploy.finished_at),
  };
}
