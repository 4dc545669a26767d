/**
 * Finds the files that a frame of generated code needs: by debug id, else by release, dist and address. Only ever within one
 * project. Nothing is kept here.
 */
import type { FrameProblem } from '#server/record/symbolication.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { BuildName } from './artifacts.ts';

interface FoundFile {
  bundle: number;
  url: string;
  blob: string;
  /** Before compression. */
  bytes: number;
}

export interface FoundArtifact {
  map: FoundFile;
  /** The generated file, when it was uploaded too: it says how functions are called. */
  generated: FoundFile | null;
}

/** Equal for as long as nothing was uploaded or deleted; empty when the project has nothing. */
export async function artifactsState(db: MetadataDb, project: number): Promise<string> {
  const row = await db
    .selectFrom('artifact_bundle')
    .select(({ fn }) => [fn.countAll<number>().as('count'), fn.max('id').as('last')])
    .where('project_id', '=', project)
    .executeTakeFirstOrThrow();
  return Number(row.count) === 0 ? '' : `${row.count}:${row.last}`;
}

/** Files of one debug id that are looked at: the same build uploaded again and again. */
const CANDIDATES_MAX = 50;

const FILE = ['kind', 'url', 'blob', 'bytes', 'bundle_id as bundle', 'dist', 'source_map'] as const;

export async function findByDebugId(
  db: MetadataDb,
  project: number,
  debugId: string,
): Promise<FoundArtifact | FrameProblem> {
  const files = await db
    .selectFrom('artifact_file')
    .select(FILE)
    .where('project_id', '=', project)
    .where('debug_id', '=', debugId)
    .orderBy('id', 'desc')
    .limit(CANDIDATES_MAX)
    .execute();
  const map = files.find(({ kind }) => kind === 'source_map');
  const generated = files.find(({ kind }) => kind === 'minified_source') ?? null;
  if (map) return { map, generated };
  return generated
    ? { code: 'source_map_missing', detail: `${generated.url} was uploaded without its source map` }
    : { code: 'file_missing', detail: `nothing was uploaded with the debug id ${debugId}` };
}

export async function findByUrl(
  db: MetadataDb,
  project: number,
  { release, dist }: BuildName,
  url: string,
): Promise<FoundArtifact | FrameProblem> {
  const named = async (urls: readonly string[]) => {
    const files = await db
      .selectFrom('artifact_file')
      .select(FILE)
      .where('project_id', '=', project)
      .where('release', '=', release)
      .where('url', 'in', urls)
      .where('dist', 'in', [...new Set([dist, ''])])
      .orderBy('id', 'desc')
      .limit(CANDIDATES_MAX)
      .execute();
    // A file of the same dist is nearer than one of any; the exact address nearer than one of any host.
    return files.sort(
      (a, b) =>
        Number(b.dist === dist) - Number(a.dist === dist) || urls.indexOf(a.url) - urls.indexOf(b.url),
    );
  };
  const urls = spellings(url);
  const generated = (await named(urls)).find(({ kind }) => kind === 'minified_source') ?? null;
  const maps = generated?.source_map ? mapSpellings(url, generated) : urls.map((one) => `${one}.map`);
  const map = (await named(maps)).find(({ kind }) => kind === 'source_map');
  if (map) return { map, generated };
  const of = `release ${release}${dist ? `, dist ${dist}` : ''}`;
  return generated
    ? { code: 'source_map_missing', detail: `${generated.url} of ${of} needs ${maps.join(' or ')}` }
    : { code: 'file_missing', detail: `${urls.join(' or ')} was not uploaded for ${of}` };
}

/** The address itself, and the one that uploads use for any host: `~/assets/index.js`. Without query and fragment. */
function spellings(url: string): string[] {
  const plain = url.replace(/[?#].*$/s, '');
  const path =
    /^[a-z][a-z0-9+.-]*:\/\/[^/]*(\/.*)$/i.exec(plain)?.[1] ?? (plain.startsWith('/') ? plain : '');
  return path ? [plain, `~${path}`] : [plain];
}

/** Where a generated file says its map is, seen from where the file is. */
function mapSpellings(
  url: string,
  { url: uploadedAs, source_map }: { url: string; source_map: string },
): string[] {
  const seenFrom = (base: string) => {
    const home = base.startsWith('~/') ? `uploaded://any/${base.slice(2)}` : base;
    if (!URL.canParse(source_map, home)) return [];
    return spellings(new URL(source_map, home).href.replace(/^uploaded:\/\/any\//, '~/'));
  };
  const found = [...new Set([...seenFrom(uploadedAs), ...seenFrom(url)])];
  return found.length > 0 ? found : [source_map];
}

const DAY_MS = 86_400_000;

/** To the day: what is needed every second is written once a day. */
export async function markUsed(db: MetadataDb, bundle: number, now: number): Promise<void> {
  await db
    .updateTable('artifact_bundle')
    .set({ used_at: now })
    .where('id', '=', bundle)
    .where('used_at', '<', now - DAY_MS)
    .execute();
}
