/**
 * An artifact bundle: a ZIP with a `manifest.json` that says of each file what it is. yauzl reads the archive from its end,
 * so the eight bytes that bundles begin with (`SYSB` and a version) are in nobody's way; it refuses names that lead out of
 * the archive. Files come one after the other, each read whole and within bounds. Throws InvalidBundle.
 */
import { createHash } from 'node:crypto';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import * as z from 'zod';
import {
  type ArtifactKind,
  debugIdOf,
  FILE_BYTES_MAX,
  FILES_BYTES_MAX,
  FILES_MAX,
  MANIFEST_BYTES_MAX,
  URL_CHARS_MAX,
} from './artifacts.ts';
import { InvalidBundle } from './invalid-bundle.ts';
import { inlineSourceMap, sourceMapReference } from './source-map-reference.ts';

export interface BundleFile {
  kind: ArtifactKind;
  url: string;
  debugId: string;
  /** Where a minified file says its source map is; empty when it does not. */
  sourceMap: string;
  bytes: Buffer;
}

const MANIFEST = 'manifest.json';
const KINDS: ReadonlySet<string> = new Set<ArtifactKind>(['minified_source', 'source_map', 'source']);

const Manifest = z.object({
  files: z.record(
    z.string(),
    z.object({
      type: z.string().optional(),
      url: z.string().max(URL_CHARS_MAX).optional(),
      headers: z.record(z.string(), z.string()).nullish(),
    }),
  ),
});
type ManifestFile = z.infer<typeof Manifest>['files'][string];

/** Calls back for each file of a kind we know. */
export async function readBundle(path: string, take: (file: BundleFile) => Promise<void>): Promise<void> {
  const zip = await openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause) => {
    throw notAZip(cause);
  });
  try {
    if (zip.entryCount > FILES_MAX)
      throw new InvalidBundle(`it has ${zip.entryCount} files; at most ${FILES_MAX} are taken`);
    const entries = await entriesOf(zip);
    const manifest = await readManifest(zip, entries.get(MANIFEST));
    let unpacked = 0;
    for (const [name, about] of Object.entries(manifest)) {
      if (!KINDS.has(about.type ?? '')) continue;
      const entry = entries.get(name);
      if (!entry) throw new InvalidBundle(`its manifest names ${quote(name)}, which is not in it`);
      unpacked += entry.uncompressedSize;
      if (unpacked > FILES_BYTES_MAX)
        throw new InvalidBundle(`its files unpack to more than ${FILES_BYTES_MAX} bytes`);
      const bytes = await readEntry(zip, entry, FILE_BYTES_MAX);
      const file = bundleFile(about.type as ArtifactKind, name, about, bytes);
      await take(file);
      const inside = file.kind === 'minified_source' && file.sourceMap === '' && inlineSourceMap(bytes);
      // Found as if it lay beside the file.
      if (inside) await take({ ...file, kind: 'source_map', url: `${file.url}.map`, bytes: inside });
    }
  } finally {
    zip.close();
  }
}

function bundleFile(kind: ArtifactKind, name: string, about: ManifestFile, bytes: Buffer): BundleFile {
  const headers = new Map(
    Object.entries(about.headers ?? {}).map(([key, value]) => [key.toLowerCase(), value]),
  );
  const reference =
    kind === 'minified_source'
      ? (headers.get('sourcemap') ?? headers.get('x-sourcemap') ?? sourceMapReference(bytes))
      : '';
  return {
    kind,
    url: about.url ?? `~/${name}`,
    debugId: debugIdOf(headers.get('debug-id')),
    // A map inside of its file is read from there.
    sourceMap: reference.length > URL_CHARS_MAX ? '' : reference,
    bytes,
  };
}

async function entriesOf(zip: ZipFile): Promise<Map<string, Entry>> {
  const entries = new Map<string, Entry>();
  try {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (cause) {
    throw notAZip(cause);
  }
  return entries;
}

async function readManifest(zip: ZipFile, entry: Entry | undefined): Promise<Record<string, ManifestFile>> {
  if (!entry) throw new InvalidBundle(`it has no ${MANIFEST}; make it with sentry-cli or a bundler plugin`);
  const text = (await readEntry(zip, entry, MANIFEST_BYTES_MAX)).toString();
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new InvalidBundle(`its ${MANIFEST} is not JSON`, { cause });
  }
  const read = Manifest.safeParse(json);
  if (read.success) return read.data.files;
  const [problem] = read.error.issues;
  throw new InvalidBundle(
    `its ${MANIFEST} is not of the right form: ${quote(problem?.path.join('.') ?? '')}: ${problem?.message}`,
  );
}

async function readEntry(zip: ZipFile, entry: Entry, bytesMax: number): Promise<Buffer> {
  const name = quote(entry.fileName);
  if (entry.uncompressedSize > bytesMax)
    throw new InvalidBundle(`${name} has ${entry.uncompressedSize} bytes; at most ${bytesMax} are taken`);
  try {
    const chunks: Buffer[] = [];
    // yauzl ends the stream with an error when the entry holds more or less than it declares.
    for await (const chunk of await zip.openReadStreamPromise(entry)) chunks.push(chunk as Buffer);
    const bytes = Buffer.concat(chunks);
    if (bytes.byteLength !== entry.uncompressedSize) throw new Error('it is shorter than it says');
    return bytes;
  } catch (cause) {
    throw new InvalidBundle(`${name} cannot be unpacked: ${reason(cause)}`, { cause });
  }
}

const notAZip = (cause: unknown) => new InvalidBundle(`it is no ZIP archive: ${reason(cause)}`, { cause });
const reason = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause)).slice(0, 300);
const quote = (name: string) => JSON.stringify(name.slice(0, 200));

/** SHA-1, by which the protocol names pieces and bundles: it finds damage, and guards nothing. */
export const sha1Of = (bytes: Uint8Array) => createHash('sha1').update(bytes).digest('hex');
