/**
 * Spool files: the telemetry rows of a decided batch, on disk before the batch is committed, so that a crash
 * between the two stores re-inserts the very same bytes under the same tokens. One file per batch: a JSON line
 * that names the parts, their lengths and CRC-32, then the rows of the parts.
 */
import { mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { syncDirectory } from '#server/platform/durable-file.ts';
import type { TelemetryTable } from '#server/store/telemetry/telemetry.ts';

export interface SpoolPart {
  table: TelemetryTable;
  /** Lines of JSON, or blocks of the Native format one after the other. */
  rows: Buffer;
  /** Lengths of the blocks, bytes; absent for lines of JSON. */
  blocks?: readonly number[];
}

export interface SpoolFile {
  parts: SpoolPart[];
  /** Set when the file is not as it was written: what is wrong, and its bytes. Then `parts` holds what is left. */
  damage: { what: string; bytes: Buffer } | null;
}

export class Spool {
  readonly #directory: string;

  private constructor(directory: string) {
    this.#directory = directory;
  }

  static async open(directory: string): Promise<Spool> {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    return new Spool(directory);
  }

  /** Writes and fsyncs; the directory entry too, since the commit that follows relies on it. */
  async write(name: string, parts: readonly SpoolPart[]): Promise<void> {
    const head = JSON.stringify({
      version: 1,
      parts: parts.map(({ table, rows, blocks }) => ({
        table,
        bytes: rows.byteLength,
        crc: crc32(rows),
        blocks,
      })),
    });
    const file = await open(join(this.#directory, name), 'w', 0o600);
    try {
      // Goes on after a short write, as `writev` does not: a disk that is nearly full takes half and says no more.
      await writeFile(file, [Buffer.from(`${head}\n`), ...parts.map(({ rows }) => rows)]);
      await file.datasync();
    } finally {
      await file.close();
    }
    await syncDirectory(this.#directory);
  }

  async read(name: string): Promise<SpoolFile> {
    const bytes = await this.#bytesOf(name);
    if (bytes === null) return damaged(`${name} is missing or cannot be read`, Buffer.alloc(0), []);
    const headEnd = bytes.indexOf(0x0a);
    const head = readHead(bytes.toString('utf8', 0, headEnd));
    if (!head) return damaged(`the first line of ${name} cannot be read`, bytes, []);
    let at = headEnd + 1;
    const parts = head.map(({ table, bytes: length, blocks }): SpoolPart => {
      const rows = bytes.subarray(at, at + length);
      at += length;
      return { table, rows, ...(blocks && { blocks }) };
    });
    const holds = ({ rows }: SpoolPart, index: number) => {
      const { bytes: length, crc } = head[index]!;
      return rows.byteLength === length && crc32(rows) === crc;
    };
    if (parts.every(holds)) return { parts, damage: null };
    // Which of the values of a block are as they were written nobody can tell.
    const left = parts.flatMap((part, index) =>
      holds(part, index) ? [part] : part.blocks ? [] : [{ ...part, rows: wholeLines(part.rows) }],
    );
    return damaged(`the checksums of ${name} do not hold`, bytes, left);
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

  async remove(name: string): Promise<void> {
    await rm(join(this.#directory, name), { force: true });
  }

  /** Removes files that belong to no pending batch: written before a crash, never committed. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#directory)) if (!names.has(name)) await this.remove(name);
  }
}

interface HeadOfPart {
  table: TelemetryTable;
  bytes: number;
  crc: number;
  blocks?: number[];
}

const TABLES: readonly unknown[] = [
  'events',
  'sessions',
  'logs',
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
