/**
 * What sentry-cli and the bundler plugins say of releases, as our changes: commits with their files (`commits`), or only
 * where a repository stands (`refs`). What cannot be read is refused whole, with the place it stands at.
 */
import * as z from 'zod';
import { type ReleaseChange, VERSION_CHARS_MAX } from '#server/releases/release-writes.ts';

/** Characters of names, addresses and the like: longer ones are refused. */
const text = z.string().max(1_000);
const time = z.union([
  z.iso.datetime({ offset: true }).transform((value) => Date.parse(value)),
  // Of deploys, by older clients: seconds since 1970.
  z.number().transform((seconds) => seconds * 1_000),
]);
/** A hash of git or whatever names a commit elsewhere. */
const sha = z.string().min(1).max(64);

const Commit = z.object({
  id: sha,
  repository: text.nullish(),
  author_name: text.nullish(),
  author_email: text.nullish(),
  message: z.string().nullish(),
  timestamp: time.nullish(),
  patch_set: z.array(z.object({ path: z.string().max(4_096), type: z.enum(['A', 'M', 'D']) })).nullish(),
});
const Ref = z.object({ repository: text.min(1), commit: sha, previousCommit: sha.nullish() });

export const ReleaseUpdate = z.object({
  url: text.nullish(),
  dateStarted: time.nullish(),
  dateReleased: time.nullish(),
  commits: z.array(Commit).nullish(),
  refs: z.array(Ref).nullish(),
  /** Slugs or ids. */
  projects: z.array(z.union([z.string(), z.number().transform(String)])).nullish(),
});
export const NewRelease = ReleaseUpdate.extend({
  version: z.string().max(10 * VERSION_CHARS_MAX),
});

/** What a commit belongs to when it does not say. */
const UNNAMED_REPOSITORY = 'unknown';

export function changeOf(body: z.output<typeof ReleaseUpdate>): Omit<ReleaseChange, 'projects'> {
  const { url, dateStarted, dateReleased, commits, refs } = body;
  return {
    url: url ?? undefined,
    startedAt: dateStarted ?? undefined,
    releasedAt: dateReleased ?? undefined,
    commits:
      commits?.map((commit) => ({
        sha: commit.id,
        repository: commit.repository || UNNAMED_REPOSITORY,
        authorName: commit.author_name ?? '',
        authorEmail: commit.author_email ?? '',
        message: commit.message ?? '',
        committedAt: commit.timestamp ?? null,
        files: (commit.patch_set ?? []).map(({ path, type }) => [path, type]),
      })) ??
      refs?.map(({ repository, commit }) => ({
        ...{ sha: commit, repository, committedAt: null, files: [] },
        ...{ authorName: '', authorEmail: '', message: '' },
      })),
  };
}

export const NewDeploy = z.object({
  environment: text.min(1),
  name: text.nullish(),
  url: text.nullish(),
  dateStarted: time.nullish(),
  dateFinished: time.nullish(),
});
