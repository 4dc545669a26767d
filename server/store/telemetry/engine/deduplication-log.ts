/**
 * Repairs the engine's memory of insert tokens. The engine writes a token down just before it puts the rows in
 * their place; killed in between (1 of 115 kills in the middle of an insert), it would answer the repeated
 * insert with "stored already", and the rows were lost. So a token whose rows never arrived is forgotten, and
 * the repetition stores them.
 *
 * A log is lines of `operation \t part \t token`, operation 1 for stored and 2 for dropped. A part is a directory
 * `<partition>_<first block>_<last block>_<level>` and covers the blocks that were merged into it.
 */
import { existsSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const LOGS = 'deduplication_logs';
const STORED = '1';

interface Repair {
  log: string;
  /** What it must hold instead. */
  text: string;
}

interface Part {
  partition: string;
  first: number;
  last: number;
}

/** No engine may have the directory open, nor open it meanwhile. */
export function forgetLostTokens(tablesDirectory: string): void {
  const tables = list(join(tablesDirectory, 'store')).flatMap((prefix) => list(prefix));
  const repairs = tables.filter((table) => existsSync(join(table, LOGS))).flatMap(repairsOf);
  for (const { log, text } of repairs) {
    // Prepared elsewhere, for the engine takes whatever lies beside a log for a log.
    const prepared = join(tablesDirectory, 'deduplication_log.tmp');
    writeFileSync(prepared, text, { flush: true });
    renameSync(prepared, log);
  }
}

function repairsOf(table: string): Repair[] {
  const parts = readdirSync(table).flatMap((name) => readPart(name) ?? []);
  const hasArrived = (name: string) => {
    const part = readPart(name);
    return part !== null && parts.some((other) => covers(other, part));
  };
  return list(join(table, LOGS)).flatMap((log) => {
    const text = readFileSync(log, 'utf8');
    // What follows the last line end was cut off in the middle: the engine could not read on from there.
    const lines = text.split('\n').slice(0, -1);
    const kept = lines.filter((line) => {
      const [operation, part = ''] = line.split('\t');
      return operation !== STORED || hasArrived(part);
    });
    const repaired = kept.map((line) => `${line}\n`).join('');
    return repaired === text ? [] : [{ log, text: repaired }];
  });
}

function covers(whole: Part, part: Part): boolean {
  return whole.partition === part.partition && whole.first <= part.first && part.last <= whole.last;
}

function readPart(name: string): Part | null {
  const match = /^(\w+)_(\d+)_(\d+)_\d+(?:_\d+)?$/.exec(name);
  return match && { partition: match[1]!, first: Number(match[2]), last: Number(match[3]) };
}

function list(directory: string): string[] {
  return existsSync(directory) ? readdirSync(directory).map((name) => join(directory, name)) : [];
}
