/**
 * Which of two releases is the older one: pure. Versions of the same package that can be ordered by themselves are, as
 * semantic versioning 2.0.0 has it (`shop@1.4.0-rc.1+5`; calendar versions such as 2026.11.2 are ordered the same way);
 * all others, such as the hashes of git, by date. A list is ordered by versions only when all of it can be: a mixture
 * of both would go in circles.
 */

/** A release as far as its place in the order depends on it. */
export interface OrderedRelease {
  version: string;
  /** When it was released, or when it was first heard of; ms. */
  date: number;
}

export interface ParsedVersion {
  /** `shop` of shop@1.4.0; empty: none is said. */
  package: string;
  /** Two to four: 1.4, 1.4.0, 1.4.0.17. */
  numbers: number[];
  /** Identifiers after a dash; empty: none, which is newer than any. */
  prerelease: string[];
  /** What follows the plus. Semantic versioning passes over it; builds of an app that are counted are ordered by it. */
  build: string;
}

/** Digits of one number: more is a time or a hash, and beyond what a number holds. */
const NUMBER_DIGITS_MAX = 15;

/** Null: the text after the package is no version that orders itself. */
export function parseVersion(text: string): ParsedVersion | null {
  const at = text.lastIndexOf('@');
  const [, core = '', pre = '', build = ''] =
    /^v?(\d+(?:\.\d+){1,3})(?:-([0-9A-Za-z.-]+))?(?:\+([0-9A-Za-z.-]+))?$/.exec(text.slice(at + 1)) ?? [];
  const numbers = core.split('.');
  if (core === '' || numbers.some((number) => number.length > NUMBER_DIGITS_MAX)) return null;
  return {
    package: at > 0 ? text.slice(0, at) : '',
    numbers: numbers.map(Number),
    prerelease: pre === '' ? [] : pre.split('.'),
    build,
  };
}

/** What stands before the version: releases of different packages have no order but their dates. */
export const packageOf = (version: string) =>
  parseVersion(version)?.package ?? version.slice(0, Math.max(0, version.lastIndexOf('@')));

/** Below zero: the first is older. Zero: the versions say nothing about it. */
export function compareVersions(one: ParsedVersion, other: ParsedVersion): number {
  for (let at = 0; at < Math.max(one.numbers.length, other.numbers.length); at += 1) {
    const difference = (one.numbers[at] ?? 0) - (other.numbers[at] ?? 0);
    if (difference !== 0) return difference;
  }
  const isFinal = one.prerelease.length === 0;
  if (isFinal !== (other.prerelease.length === 0)) return isFinal ? 1 : -1;
  for (let at = 0; at < Math.max(one.prerelease.length, other.prerelease.length); at += 1) {
    const difference = compareIdentifiers(one.prerelease[at], other.prerelease[at]);
    if (difference !== 0) return difference;
  }
  // Whatever is not counted comes first: between two counts it would make a circle.
  return countOf(one.build) - countOf(other.build);
}

/** Rule 11.4: numbers by size and before words, words by their characters, and a longer list is newer. */
function compareIdentifiers(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return one === other ? 0 : one === undefined ? -1 : 1;
  if (isCounted(one) !== isCounted(other)) return isCounted(one) ? -1 : 1;
  if (isCounted(one)) return Number(one) - Number(other);
  return one < other ? -1 : one > other ? 1 : 0;
}

const countOf = (build: string) => (isCounted(build) ? Number(build) : -1);
const isCounted = (text: string) => /^\d+$/.test(text) && text.length <= NUMBER_DIGITS_MAX;

/**
 * Is the first release older than the second? What an event of an older release says does not bring an issue back
 * that was resolved in a newer one.
 */
export function isOlder(one: OrderedRelease, other: OrderedRelease): boolean {
  const [a, b] = [parseVersion(one.version), parseVersion(other.version)];
  if (a && b && a.package === b.package) {
    const difference = compareVersions(a, b);
    if (difference !== 0) return difference < 0;
  }
  return one.version !== other.version && one.date < other.date;
}

/** The releases of one package, oldest first. */
export function inOrder<Release extends OrderedRelease>(releases: readonly Release[]): Release[] {
  const placed = releases.map((release) => ({ release, parsed: parseVersion(release.version) }));
  const byVersion = placed.every(({ parsed }) => parsed !== null);
  return placed
    .sort(
      (a, b) =>
        (byVersion ? compareVersions(a.parsed!, b.parsed!) : 0) ||
        a.release.date - b.release.date ||
        (a.release.version < b.release.version ? -1 : 1),
    )
    .map(({ release }) => release);
}

/** The release of the same package that comes right before. Null: none is known. */
export function previousOf<Release extends OrderedRelease>(
  release: OrderedRelease,
  known: readonly Release[],
): Release | null {
  const name = packageOf(release.version);
  const others = known.filter(({ version }) => version !== release.version && packageOf(version) === name);
  const ordered = inOrder<OrderedRelease>([...others, release]);
  return (ordered[ordered.indexOf(release) - 1] as Release | undefined) ?? null;
}
