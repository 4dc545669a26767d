/**
 * Which commits of a release may have broken it: those that changed files of the stack. Pure. The nearer to the error the
 * first changed frame is the more suspect the commit, among equals the newer one.
 */

export interface SuspectFrame {
  /** In the repository, where a mapping says so; else as senders know it. */
  paths: readonly string[];
}

export interface SuspectInput {
  /** The newest first. */
  files: readonly (readonly [path: string, change: string])[];
}

/** Commits shown: with more, nobody is suspect. */
export const SUSPECTS_MAX = 5;
/** Files told of one commit. */
const FILES_MAX = 50;

/** `frames`: the nearest to the error first. Positions of the commits, with their files that are in the stack. */
export function suspectCommits(
  frames: readonly SuspectFrame[],
  commits: readonly SuspectInput[],
): { commit: number; files: string[] }[] {
  // By the last name of a path, so that a commit of thousands of files is walked once.
  const named = Map.groupBy(
    frames.flatMap(({ paths }, frame) => paths.map((path) => ({ path, frame }))),
    ({ path }) => lastName(path),
  );
  return commits
    .flatMap(({ files }, commit) => {
      const found = files.flatMap(([path]) => {
        const known = named.get(lastName(path))?.find((one) => isSameFile(one.path, path));
        return known ? [{ path, frame: known.frame }] : [];
      });
      if (found.length === 0) return [];
      const nearest = Math.min(...found.slice(0, FILES_MAX).map(({ frame }) => frame));
      return [{ commit, nearest, files: found.slice(0, FILES_MAX).map(({ path }) => path) }];
    })
    .sort((a, b) => a.nearest - b.nearest || a.commit - b.commit)
    .slice(0, SUSPECTS_MAX)
    .map(({ commit, files }) => ({ commit, files }));
}

const lastName = (path: string) => path.slice(path.lastIndexOf('/') + 1);

/**
 * A stack has `/app/src/pay.js` or `pay.js` where the repository has `src/pay.js`: the longer one ends with the other, at
 * a slash. A bare name is the file of that name at the root, or in one folder; deeper there are many of it.
 */
function isSameFile(known: string, path: string): boolean {
  const stack = known.replace(/^\/+/, '');
  if (stack === path) return true;
  if (!path.includes('/')) return stack.split('/').length === 2;
  return stack.endsWith(`/${path}`) || (stack.includes('/') && path.endsWith(`/${stack}`));
}
