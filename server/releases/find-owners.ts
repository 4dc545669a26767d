/**
 * Which rule decides who owns what went wrong: pure. The last rule that matches wins, as in CODEOWNERS and at Sentry;
 * rules of people come after the file CODEOWNERS. Every comparison takes time by the length of pattern times text at
 * most, whatever they are.
 */
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import { framePaths, mapFrame } from './code-links.ts';
import type { OwnerRule } from './ownership-rules.ts';
import type { MappingRow } from './repositories.ts';

/** Frames looked at, those nearest to the error. */
const FRAMES_MAX = 30;

/** An event as far as ownership depends on it. */
export interface OwnedEvent {
  frames: {
    paths: string[];
    module: string;
    /** In the repository; null: no mapping says where it lies. */
    repositoryPath: string | null;
  }[];
  url: string;
  tags: readonly (readonly [string, string])[];
}

/** The frames of the program itself, nearest to the error first; all of them when the event has none. */
export function ownFrames(event: Pick<EventPayload, 'exception' | 'threads'>): StackFrame[] {
  const stacks = [
    ...(event.exception?.values ?? []).toReversed().map(({ stacktrace }) => stacktrace),
    ...(event.threads?.values ?? []).filter(({ crashed }) => crashed).map(({ stacktrace }) => stacktrace),
  ];
  const frames = stacks.flatMap((stack) => (stack?.frames ?? []).toReversed());
  const own = frames.filter((frame) => frame.in_app);
  return own.length > 0 ? own : frames;
}

export function ownedEvent(event: EventPayload, mappings: readonly MappingRow[]): OwnedEvent {
  return {
    frames: ownFrames(event)
      .slice(0, FRAMES_MAX)
      .map((frame) => ({
        paths: framePaths(frame),
        module: frame.module ?? '',
        repositoryPath: mapFrame(frame, mappings)?.path ?? null,
      })),
    url: event.request?.url ?? '',
    tags: event.tags,
  };
}

/** `rules`: CODEOWNERS first, then those of people. Null: nobody owns it. */
export function decidingRule(event: OwnedEvent, rules: readonly OwnerRule[]): OwnerRule | null {
  return rules.findLast((rule) => matches(event, rule)) ?? null;
}

function matches({ frames, url, tags }: OwnedEvent, { kind, pattern, tag }: OwnerRule): boolean {
  switch (kind) {
    case 'path':
      return frames.some(({ paths }) => paths.some((path) => isPath(path, pattern)));
    case 'module':
      return frames.some(({ module }) => isLike(module, pattern));
    case 'url':
      return url !== '' && isLike(url, pattern);
    case 'tag':
      return tags.some(([key, value]) => key === tag && isLike(value, pattern));
    case 'codeowners':
      return frames.some(({ repositoryPath, paths }) =>
        repositoryPath === null
          ? paths.some((path) => isOwnedPath(path, pattern, 'anywhere'))
          : isOwnedPath(repositoryPath, pattern, 'root'),
      );
  }
}

/** `*` is any text, slashes too, and `?` one character; the path may begin with folders the pattern does not name. */
function isPath(path: string, pattern: string): boolean {
  const bare = pattern.replace(/^\/+/, '');
  return isLike(path, pattern) || isLike(path, `*/${bare}`);
}

/** Without regard to case. */
export function isLike(text: string, pattern: string): boolean {
  return wildcard(text.toLowerCase(), pattern.toLowerCase());
}

/** One character after the other: `*` is any of them, `?` any one. */
function wildcard(text: string, pattern: string): boolean {
  return fits(text, pattern, '*', (character, wanted) => wanted === '?' || wanted === character);
}

/**
 * Whether all of `given` is what `wanted` says, where a star stands for any number of them. Goes back to the last star and no
 * further, so there is no search among all the ways to match.
 */
function fits(
  given: ArrayLike<string>,
  wanted: ArrayLike<string>,
  star: string,
  isOne: (given: string, wanted: string) => boolean,
): boolean {
  let at = 0;
  let of = 0;
  let lastStar = -1;
  let lastAt = 0;
  while (at < given.length) {
    if (wanted[of] === star) {
      lastStar = of++;
      lastAt = at;
    } else if (of < wanted.length && isOne(given[at]!, wanted[of]!)) {
      of += 1;
      at += 1;
    } else if (lastStar >= 0) {
      of = lastStar + 1;
      at = ++lastAt;
    } else return false;
  }
  while (wanted[of] === star) of += 1;
  return of === wanted.length;
}

/**
 * As git ignores files: a pattern with a slash in it begins at the root, one without is found in any folder; what it
 * names as a folder it names with all that is in it; `**` is any folders. `anywhere`: where the root is, is not known.
 */
export function isOwnedPath(path: string, pattern: string, from: 'root' | 'anywhere'): boolean {
  const trimmed = pattern.replace(/\/+$/, '');
  const isFolder = trimmed !== pattern;
  const isRooted = from === 'root' && trimmed.includes('/');
  const names = trimmed.replace(/^\/+/, '').split('/');
  if (names.length === 1 && names[0] === '' && !isFolder) return false;
  const wanted = [...(isRooted ? [] : ['**']), ...names.filter((name) => name !== '')];
  const folders = path.replace(/^\/+/, '').split('/');
  // `docs/*` is the files of a folder and not those of the folders in it, as on GitHub; alone, a star is everything.
  const goesDown = isFolder || names.at(-1) !== '*' || names.length === 1;
  return (
    (!isFolder && isFolders(folders, wanted)) || (goesDown && isFolders(folders, [...wanted, '**', '*']))
  );
}

/** One folder after the other. */
function isFolders(folders: readonly string[], wanted: readonly string[]): boolean {
  return fits(folders, wanted, '**', wildcard);
}
