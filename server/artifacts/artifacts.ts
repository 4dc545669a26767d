/**
 * What builds upload so that stack traces can be read: bundles of source maps and minified files. What is always true
 * here: a bundle belongs to one project and is found through it alone; equal files share one blob; what is in a bundle
 * came from outside, and its names are never paths.
 */
import type { ArtifactFileTable } from '#server/store/metadata/schema.ts';

export type ArtifactKind = ArtifactFileTable['kind'];

/** Whose artifacts: where they are looked for. */
export interface BuildName {
  release: string;
  dist: string;
}

/** Bytes of a piece that bundles are sent in; sentry-cli up to 2.39.1 needs a power of two. */
export const CHUNK_BYTES = 4 * 1024 * 1024;
/** Pieces of one request, and bytes of all of them as sent: what an upload under way takes of memory. */
export const CHUNKS_PER_REQUEST = 32;
export const UPLOAD_BYTES_MAX = 16 * 1024 * 1024;
/** Requests that one uploader sends at once, and that are taken of all uploaders together. */
export const UPLOADS_PER_CLIENT = 2;
export const UPLOADS_MAX = 4;

/** Bytes of one bundle as sent. The builds of large web applications pack into some 100 MB. */
export const BUNDLE_BYTES_MAX = 512 * 1024 * 1024;
/** Bytes of one file in a bundle, unpacked: it is read whole. The largest source maps seen have 40 MB. */
export const FILE_BYTES_MAX = 128 * 1024 * 1024;
/** Bytes of all files of a bundle, unpacked: an archive whose entries overlap unpacks to any size. */
export const FILES_BYTES_MAX = 4 * 1024 * 1024 * 1024;
/** Files of one bundle, whose rows are one transaction. An application split by route has some thousands. */
export const FILES_MAX = 20_000;
/** Bytes of `manifest.json`: 600 a file. */
export const MANIFEST_BYTES_MAX = 32 * 1024 * 1024;

/** Characters of what a manifest says of a file; longer ones are refused. */
export const URL_CHARS_MAX = 2_048;
/** Characters of a release, as everywhere. */
export const RELEASE_CHARS_MAX = 250;

/** How long a piece waits for the rest of its bundle, ms: a day, so that a build can go on after a night. */
export const CHUNK_KEPT_MS = 86_400_000;

/** 32 lower-case hex of a UUID in any spelling; empty when it is none. */
export function debugIdOf(value: unknown): string {
  const text = typeof value === 'string' ? value.replaceAll('-', '').toLowerCase() : '';
  return /^[0-9a-f]{32}$/.test(text) ? text : '';
}

/** Bytes of all pieces that wait for the rest of their bundle. */
export const CHUNKS_BYTES_MAX = 4 * BUNDLE_BYTES_MAX;
