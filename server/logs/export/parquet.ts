/**
 * Parquet, compressed with Zstandard: `time` is a timestamp of nanoseconds in UTC, objects are texts of JSON. Written
 * here and not by the engine, because the engine would hold a connection, and its order in memory, for as long as the
 * slowest reader takes.
 */
import { constants, zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import type { LogRecord } from '#contract/logs.ts';
import { type ExportEncoder, type ExportFormat, OBJECT_COLUMNS, TEXT_COLUMNS } from './export-format.ts';

/** Records of a row group, and characters of their bodies and objects: what is held until it is written. */
const GROUP_ROWS_MAX = 20_000;
const GROUP_CHARS_MAX = 16_000_000;

const text = (name: string) => ({
  name,
  type: 'BYTE_ARRAY' as const,
  converted_type: 'UTF8' as const,
  repetition_type: 'REQUIRED' as const,
});

const COLUMNS = [
  {
    name: 'time',
    type: 'INT64' as const,
    repetition_type: 'REQUIRED' as const,
    logical_type: { type: 'TIMESTAMP' as const, isAdjustedToUTC: true, unit: 'NANOS' as const },
  },
  ...TEXT_COLUMNS.map(text),
  { name: 'severityNumber', type: 'INT32' as const, repetition_type: 'REQUIRED' as const },
  ...OBJECT_COLUMNS.map(text),
];
const SCHEMA = [{ name: 'logs', num_children: COLUMNS.length }, ...COLUMNS];

/** Nearly every value is another: looking for equal ones would only take time. */
const PLAIN = new Set(['body', 'id', 'attributes']);

export const parquet: ExportFormat = {
  contentType: 'application/vnd.apache.parquet',
  extension: 'parquet',
  open: () => new ParquetEncoder(),
};

interface Waiting {
  record: LogRecord;
  /** As JSON, in the order of OBJECT_COLUMNS. */
  objects: string[];
}

class ParquetEncoder implements ExportEncoder {
  readonly #bytes = new ByteWriter(1_000_000);
  readonly #writer = new ParquetWriter({
    writer: this.#bytes,
    schema: SCHEMA,
    codec: 'ZSTD',
    compressors: {
      ZSTD: (bytes) => zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: 1 } }),
    },
    createdBy: 'tandem',
  });
  #waiting: Waiting[] = [];
  #chars = 0;

  begin(): Uint8Array {
    return this.#take();
  }

  encode(records: readonly LogRecord[]): Uint8Array {
    for (const record of records) {
      const objects = OBJECT_COLUMNS.map((column) => JSON.stringify(record[column]));
      this.#waiting.push({ record, objects });
      this.#chars += objects.reduce((sum, { length }) => sum + length, record.body.length);
      if (this.#waiting.length === GROUP_ROWS_MAX || this.#chars > GROUP_CHARS_MAX) this.#writeGroup();
    }
    return this.#take();
  }

  end(): Uint8Array {
    this.#writeGroup();
    void this.#writer.finish();
    return this.#take();
  }

  #writeGroup(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0) return;
    void this.#writer.write({
      columnData: COLUMNS.map(({ name }) => ({
        name,
        data: valuesOf(name, waiting),
        ...(PLAIN.has(name) ? { encoding: 'PLAIN' as const } : {}),
      })),
      rowGroupSize: waiting.length,
    });
    this.#waiting = [];
    this.#chars = 0;
  }

  /** What is written so far; the writer goes on counting, and begins its buffer anew. */
  #take(): Uint8Array {
    const taken = this.#bytes.getBytes().slice();
    this.#bytes.index = 0;
    return taken;
  }
}

function valuesOf(name: string, waiting: readonly Waiting[]): unknown[] {
  if (name === 'time') return waiting.map(({ record }) => BigInt(record.timestamp));
  const at = OBJECT_COLUMNS.indexOf(name as (typeof OBJECT_COLUMNS)[number]);
  return waiting.map(({ record, objects }) => (at >= 0 ? objects[at] : record[name as keyof LogRecord]));
}
