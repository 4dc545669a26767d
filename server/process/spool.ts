/**
 * Spool files: the telemetry rows of a decided batch, on disk before the batch is committed, so that a crash
 * between the two stores re-inserts the very same bytes under the same tokens. One file per batch: a JSON line
 * that names the parts, their lengths and CRC-32, then the lines of the parts. Blocks of columns are the bulk of
 * a flood: they have a file of their own beside it, which an engine on this machine reads itself.
 */
import { type FileHandle, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from '#server/platform/durable-file.ts';
import { type NativeColumn, type NativePart, nativeBlocks } from '#server/store/telemetry/native-columns.ts';
import type { RowsFile, TelemetryTable } from '#server/store/telemetry/telemetry.ts';

/** Rows to be spooled: lines of JSON, or columns that become blocks of the Native format. */
export type DraftPart = DraftLines | DraftBlocks;
interface DraftLines {
  table: TelemetryTable;
  rows: Buffer;
}
interface DraftBlocks {
  table: TableOfBlocks;
  columns: readonly NativeColumn[];
  parts: readonly NativePart[];
}

export interface SpoolPart {
  table: TelemetryTable;
  /** Lines of JSON, or blocks of the Native format one after the other. */
  rows: Buffer | RowsFile;
  /** Lengths of the blocks, bytes; absent for lines of JSON. */
  blocks?: readonly number[];
}

export interface SpoolFile {
  parts: SpoolPart[];
  /** Set when the file is not as it was written: what is wrong, and its bytes. Then `parts` holds what is left. */
  damage: { what: string; bytes: Buffer } | null;
}

const TABLES_OF_BLOCKS = ['logs'] as const satisfies TelemetryTable[];
type TableOfBlocks = (typeof TABLES_OF_BLOCKS)[number];

export class Spool {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Spool(resolve(directory));
  }

  /** Writes and fsyncs; the directory entries too, since the commit that follows relies on them. */
  async write(name: string, drafts: readonly DraftPart[]): Promise<SpoolPart[]> {
    const heads: HeadOfPart[] = [];
    const parts: SpoolPart[] = [];
    const lines: Buffer[] = [];
    for (const draft of drafts) {
      const { table } = draft;
      if ('rows' in draft) {
        heads.push({ table, bytes: draft.rows.byteLength, crc: crc32(draft.rows) });
        parts.push(draft);
        lines.push(draft.rows);
        continue;
      }
      const written = await this.#write(fileOfBlocks(name, draft.table), (file) => writeBlocks(file, draft));
      heads.push({ table, ...written });
      parts.push(this.#partOfBlocks(name, draft.table, written.blocks));
    }
    const head = JSON.stringify({ version: 2, parts: heads });
    // Goes on after a short write, as `writev` does not: a disk that is nearly full takes half and says no more.
    await this.#write(name, (file) => writeFile(file, [Buffer.from(`${head}\n`), ...lines]));
    await syncDirectory(this.#directory);
    return parts;
  }

  async read(name: string): Promise<SpoolFile> {
    const bytes = await this.#bytesOf(name);
    if (bytes === null) return damaged(`${name} is missing or cannot be read`, Buffer.alloc(0), []);
    const headEnd = bytes.indexOf(0x0a);
    const head = readHead(bytes.toString('utf8', 0, headEnd));
    if (!head) return damaged(`the first line of ${name} cannot be read`, bytes, []);
    let at = headEnd + 1;
    const parts: SpoolPart[] = [];
    const unsound: Buffer[] = [];
    for (const { table, bytes: length, crc, blocks } of head) {
      if (blocks) {
        const rows = await this.#bytesOf(fileOfBlocks(name, table as TableOfBlocks));
        // Which of the values of a block are as they were written nobody can tell.
        if (rows && rows.byteLength === length && crc32(rows) === crc)
          parts.push(this.#partOfBlocks(name, table as TableOfBlocks, blocks));
        else unsound.push(rows ?? Buffer.alloc(0));
        continue;
      }
      const rows = bytes.subarray(at, at + length);
      at += length;
      const isSound = rows.byteLength === length && crc32(rows) === crc;
      parts.push({ table, rows: isSound ? rows : wholeLines(rows) });
      if (!isSound) unsound.push(bytes);
    }
    if (unsound.length === 0) return { parts, damage: null };
    return damaged(`the checksums of ${name} do not hold`, Buffer.concat([...new Set(unsound)]), parts);
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#directory, name), { force: true });
    for (const table of TABLES_OF_BLOCKS)
      await rm(join(this.#directory, fileOfBlocks(name, table)), { force: true });
  }

  /** Removes files that belong to no pending batch: written before a crash, never committed. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    const kept = new Set(names);
    for (const name of names) for (const table of TABLES_OF_BLOCKS) kept.add(fileOfBlocks(name, table));
    for (const file of await readdir(this.#directory))
      if (!kept.has(file)) await rm(join(this.#directory, file), { force: true });
  }

  #partOfBlocks(name: string, table: TableOfBlocks, blocks: readonly number[]): SpoolPart {
    return { table, rows: { path: join(this.#directory, fileOfBlocks(name, table)) }, blocks };
  }

  async #write<Result>(name: string, write: (file: FileHandle) => Promise<Result>): Promise<Result> {
    const file = await open(join(this.#directory, name), 'w', 0o600);
    try {
      const result = await write(file);
      await file.datasync();
      return result;
    } finally {
      await file.close();
    }
  }

  /** Null when the file is gone, or the disk cannot give it back. */
  async #bytesOf(name: string): Promise<Buffer | null> {
    try {
      return await readFile(join(this.#directory, name));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'ENOENT' || code === 'EIO') return null;
      throw error;
    }
  }
}

const fileOfBlocks = (name: string, table: TableOfBlocks) => `${name}.${table}`;

/** Block by block, so that only one of them stands in memory beside the columns. */
async function writeBlocks(
  file: FileHandle,
  { columns, parts }: DraftBlocks,
): Promise<{ bytes: number; crc: number; blocks: number[] }> {
  let crc = 0;
  const blocks: number[] = [];
  for (const block of nativeBlocks(columns, parts)) {
    crc = crc32(block, crc);
    blocks.push(block.byteLength);
    await writeFile(file, block);
  }
  return { bytes: blocks.reduce((sum, length) => sum + length, 0), crc, blocks };
}

/** The rows of a part, all in memory. */
export async function bytesOfRows({ rows }: SpoolPart): Promise<Buffer> {
  return rows instanceof Uint8Array ? rows : readFile(rows.path);
}

interface HeadOfPart {
  table: TelemetryTable;
  bytes: number;
  crc: number;
  blocks?: number[];
}

const TABLES: readonly unknown[] = [
  'events',
  'sampled_events',
  'sessions',
  'logs',
  'noise_counts',
  'spans',
  'outcomes',
] satisfies TelemetryTable[];

function readHead(text: string): HeadOfPart[] | null {
  try {
    const { parts } = JSON.parse(text);
    return parts.every((part: { table: unknown }) => TABLES.includes(part.table)) ? parts : null;
  } catch {
    return null;
  }
}

function damaged(what: string, bytes: Buffer, parts: SpoolPart[]): SpoolFile {
  return { parts, damage: { what, bytes } };
}

/** The lines that are JSON still. */
function wholeLines(jsonLines: Buffer): Buffer {
  const lines = jsonLines.toString('utf8').split('\n');
  return Buffer.from(lines.map((line) => (isJson(line) ? `${line}\n` : '')).join(''));
}

function isJson(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

/**
 * Rows as JSON lines. JSON.stringify escapes every newline inside a value, so a line is a row. Written line by line:
 * as one string, a single character beyond Latin-1 would double all of it.
 */
export function jsonLines(rows: readonly object[]): Buffer {
  const lines = rows.map((row) => `${JSON.stringify(row)}\n`);
  const bytes = Buffer.allocUnsafeSlow(lines.reduce((sum, line) => sum + Buffer.byteLength(line), 0));
  let at = 0;
  for (const line of lines) at += bytes.write(line, at);
  return bytes;
}
