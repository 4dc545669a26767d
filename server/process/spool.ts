/**
 * Spool files: the telemetry rows of a decided batch, on disk before the batch is committed, so that a crash
 * between the two stores re-inserts the very same bytes under the same tokens. One file per batch: a JSON line
 * that names the parts and their lengths, then the parts as JSON lines.
 */
import { mkdir, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { syncDirectory } from '#server/platform/durable-file.ts';
import type { TelemetryTable } from '#server/store/telemetry/telemetry.ts';

export interface SpoolPart {
  table: TelemetryTable;
  jsonLines: Buffer;
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
      parts: parts.map(({ table, jsonLines }) => ({ table, bytes: jsonLines.byteLength })),
    });
    const file = await open(join(this.#directory, name), 'w', 0o600);
    try {
      await file.writev([Buffer.from(`${head}\n`), ...parts.map(({ jsonLines }) => jsonLines)]);
      await file.datasync();
    } finally {
      await file.close();
    }
    await syncDirectory(this.#directory);
  }

  async read(name: string): Promise<SpoolPart[]> {
    const bytes = await readFile(join(this.#directory, name));
    const headEnd = bytes.indexOf(0x0a);
    const head = JSON.parse(bytes.toString('utf8', 0, headEnd)) as {
      parts: { table: TelemetryTable; bytes: number }[];
    };
    let at = headEnd + 1;
    return head.parts.map(({ table, bytes: length }) => {
      const jsonLines = bytes.subarray(at, at + length);
      at += length;
      return { table, jsonLines };
    });
  }

  async remove(name: string): Promise<void> {
    await rm(join(this.#directory, name), { force: true });
  }

  /** Removes files that belong to no pending batch: written before a crash, never committed. */
  async keepOnly(names: ReadonlySet<string>): Promise<void> {
    for (const name of await readdir(this.#directory)) if (!names.has(name)) await this.remove(name);
  }
}

/** Rows as JSON lines. JSON.stringify escapes every newline inside a value, so a line is a row. */
export function jsonLines(rows: readonly object[]): Buffer {
  return Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
