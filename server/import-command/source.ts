/** What `tandem import` asks of a tracker. Each kind fulfils it in a file of its own; nobody else knows their shapes. */
import type { ImportedIssue, ImportedKey, ImportedReleases, LeftOut } from '#contract/imports.ts';

export interface SourceProject {
  id: string;
  slug: string;
  name: string;
  platform: string;
}

/** Something the source has, or why it cannot be had. */
export interface Found<What> {
  found: What[];
  left: LeftOut[];
}

export type SourceRelease = ImportedReleases['releases'][number];

/** An issue as a list has it. */
export interface ListedIssue {
  id: string;
  /** How people call it there. */
  name: string;
  /** Changes whenever the source says something else of it. */
  said: string;
  /** When it was seen last, ms; NaN: not known. */
  lastSeen: number;
  /** Events counted there. */
  events: number;
  /** The source's own words, for `issue`. */
  raw: Record<string, unknown>;
}

/** An event in Sentry's JSON. */
export type SourceEvent = Record<string, unknown>;

export interface Source {
  /** Where a project is, as it is told beside what came from it. */
  placeOf(project: SourceProject): string;
  projects(): Promise<SourceProject[]>;
  keys(project: SourceProject): Promise<Found<ImportedKey>>;
  /** A page at a time. */
  releases(project: SourceProject): AsyncIterable<Found<SourceRelease>>;
  /** A page at a time; an issue may be named twice when its place changes meanwhile. */
  issues(project: SourceProject): AsyncIterable<Found<ListedIssue>>;
  /** All of one issue, but for its events. `left`: what of it is not known here. */
  issue(project: SourceProject, listed: ListedIssue): Promise<{ issue: ImportedIssue; left: LeftOut[] }>;
  /** The newest first, one at a time, no more than `limit`; those before `since` (ms) are left without being fetched. */
  events(
    project: SourceProject,
    listed: ListedIssue,
    wanted: { limit: number; since: number },
  ): AsyncIterable<Found<SourceEvent>>;
}

/** What stops an import, in a sentence for the person who can change it. */
export class SourceProblem extends Error {}

/** One thing that the source cannot give; the rest goes on. */
export class CannotRead extends Error {}
