/**
 * The built web as it lay on the disk when the program started, held in memory: 1.4 MB, with what the build compressed
 * beside each file. A build that replaces the files then takes nothing from a page that stands open, whose next script
 * is named by the hash of the old one.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';

export interface WebFile {
  type: string;
  etag: string;
  plain: Buffer;
  /** In the order in which they are preferred: the smaller first. */
  compressed: { encoding: 'br' | 'gzip'; bytes: Buffer }[];
}

/** Files a build makes; anything else would be downloaded. */
const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;

/** By the path that they are asked for, `/assets/index-a1b2c3.js`. Empty when nothing was built. */
export function readWebFiles(directory: string): Map<string, WebFile> {
  const files = new Map<string, WebFile>();
  if (!existsSync(join(directory, 'index.html'))) return files;
  const paths = readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  const present = new Set(paths);
  for (const path of paths) {
    const isCompressed = ENCODINGS.some(
      ([, ending]) => present.has(path.slice(0, -ending.length)) && path.endsWith(ending),
    );
    if (isCompressed) continue;
    const compressed = ENCODINGS.filter(([, ending]) => present.has(path + ending)).map(
      ([encoding, ending]) => ({ encoding, bytes: readFileSync(path + ending) }),
    );
    const asked = `/${relative(directory, path).replaceAll(sep, '/')}`;
    files.set(asked, webFile(asked, readFileSync(path), compressed));
  }
  return files;
}

export function webFile(path: string, plain: Buffer, compressed: WebFile['compressed'] = []): WebFile {
  const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 22);
  // Weak: it says the same of the file in every encoding.
  return { type: TYPES[extname(path)] ?? 'application/octet-stream', etag: `W/"${hash}"`, plain, compressed };
}

/** The form of a file to send to who takes these encodings. https://www.rfc-editor.org/rfc/rfc9110#name-accept-encoding */
export function formOf(file: WebFile, acceptEncoding = ''): { encoding: string | null; bytes: Buffer } {
  const taken = new Set(
    acceptEncoding
      .toLowerCase()
      .split(',')
      .map((part) => part.trim())
      .filter((part) => !/;\s*q=0(\.0*)?$/.test(part))
      .map((part) => part.split(';', 1)[0]),
  );
  return file.compressed.find(({ encoding }) => taken.has(encoding)) ?? { encoding: null, bytes: file.plain };
}
