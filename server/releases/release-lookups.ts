/** What issues ask of releases: which versions a search means, and how well they do. Wired in main.ts. */
import type { ReleaseLookups, WhichReleases } from '#server/issues/issues.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Comparison } from '#server/query/search-filter.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { readHealth } from './release-health.ts';
import { compareVersions, inOrder, type OrderedRelease, packageOf, parseVersion } from './release-order.ts';
import { dateOf } from './releases.ts';

/** Releases that one search looks through and may mean, the newest: as many as a project may have. */
const RELEASES_MEANT_MAX = 10_000;

export function createReleaseLookups({
  db,
  telemetry,
  clock,
}: {
  db: MetadataDb;
  telemetry: TelemetryStore;
  clock: Clock;
}): ReleaseLookups {
  return {
    async meant(projects, which) {
      const releases = await releasesOf(db, projects);
      if (which.is === 'latest')
        return [...Map.groupBy(releases, ({ project }) => project).values()].map(latestOf);
      const versions = [...new Set(releases.map(({ version }) => version))];
      return versions.filter(which.is === 'like' ? isLike(which) : isBeside(which));
    },
    health: (projects, versions, period) =>
      readHealth(telemetry, { projects, period, now: clock.now() }, versions),
  };
}

/** The newest first. */
async function releasesOf(
  db: MetadataDb,
  projects: readonly number[],
): Promise<(OrderedRelease & { project: number })[]> {
  const rows = await db
    .selectFrom('release_project')
    .innerJoin('release', 'release.id', 'release_project.release_id')
    .select(['release_project.project_id', 'release.version', 'release.created_at', 'release.released_at'])
    .where('release_project.project_id', 'in', [0, ...projects])
    .orderBy('release_project.added_at', 'desc')
    .limit(RELEASES_MEANT_MAX)
    .execute();
  return rows
    .map((row) => ({ project: row.project_id, version: row.version, date: dateOf(row) }))
    .sort((a, b) => b.date - a.date);
}

/** Of the package that the project released last. */
function latestOf(releases: readonly OrderedRelease[]): string {
  const name = packageOf(releases[0]!.version);
  return inOrder(releases.filter(({ version }) => packageOf(version) === name)).at(-1)!.version;
}

const isLike =
  ({ part, matches }: Extract<WhichReleases, { is: 'like' }>) =>
  (version: string) => {
    if (part === 'package') return matches(packageOf(version).toLowerCase());
    const own = version.slice(version.lastIndexOf('@') + 1).toLowerCase();
    const plus = own.indexOf('+');
    if (part === 'build') return plus >= 0 && matches(own.slice(plus + 1));
    // With its build and without: 1.4.0 means 1.4.0+17 too.
    return matches(own) || (plus >= 0 && matches(own.slice(0, plus)));
  };

const STANDS: Record<Comparison, (difference: number) => boolean> = {
  '>': (difference) => difference > 0,
  '>=': (difference) => difference >= 0,
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
};

function isBeside({ operator, version }: Extract<WhichReleases, { is: 'compare' }>) {
  const wanted = parseVersion(version) ?? parseVersion(`${version}.0`);
  return (other: string) => {
    const parsed = parseVersion(other);
    return wanted !== null && parsed !== null && STANDS[operator](compareVersions(parsed, wanted));
  };
}
