/**
 * Every request that real SDKs were recorded to send (fixtures/sentry: several generations of each), through
 * the real program: each is answered 2xx, and the ledger ends with exactly the records of the golden files.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import type { DeadLetters } from '#contract/usage.ts';
import { ledger } from './support/look.ts';
import { type Program, startProgram } from './support/program.ts';

const FIXTURES = join(import.meta.dirname, '../fixtures/sentry');
/** The key in the recordings. */
const KEY = 'a1b2c3d4e5f60718293a4b5c6d7e8f90';

interface Recorded {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}
interface Golden {
  records: { kind: string; quantity?: number; aggregates?: Record<string, number>[] }[];
  counts: { kind: string; outcome: string; reason: string; quantity: number }[];
}

let program: Program;
beforeAll(async () => {
  program = await startProgram({ environment: { TANDEM_BOOTSTRAP_KEY: KEY } });
});
afterAll(() => program.discard());

test('all of them are answered, processed and counted', async () => {
  const expected: Record<string, number> = {};
  const add = (line: string, quantity: number) => {
    expected[line] = (expected[line] ?? 0) + quantity;
  };

  for (const story of storiesOf()) {
    const read = <T>(file: string): T => JSON.parse(readFileSync(join(story, file), 'utf8'));
    for (const { method, path, headers, body } of read<Recorded[]>('requests.json')) {
      const answer = await fetch(program.url + path, {
        method,
        headers,
        body: readFileSync(join(story, body)),
      });
      expect(answer.status, `${story} ${body}: ${await answer.text()}`).toBe(200);
    }
    for (const { records, counts } of read<Golden[]>('expected.json')) {
      for (const record of records) add(`${record.kind} stored`, quantityOf(record));
      for (const { kind, outcome, reason, quantity } of counts) add(`${kind} ${outcome} ${reason}`, quantity);
    }
  }

  const lines = await ledger(program, (found) =>
    Object.keys(expected).every((line) => (found[line] ?? 0) >= expected[line]!),
  );
  expect(lines).toEqual(expected);
  expect((await program.get<DeadLetters>('/api/v1/dead-letters')).items).toEqual([]);
  const issues = await program.get<IssueList>('/api/v1/issues?query=&limit=100');
  const titles = issues.items.map(({ title }) => title);
  expect(titles).toEqual(
    expect.arrayContaining([
      'PaymentError: Card declined for order 5990',
      'TypeError: Card declined',
      'PaymentError: order has no currency',
      "Blocked 'image' from 'evil.example'",
    ]),
  );
});

/** Folders with a recording. */
function storiesOf(): string[] {
  return readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('requests.json'))
    .map((file) => join(FIXTURES, file, '..'));
}

/** Logs come in batches, and aggregates of sessions stand for as many sessions as they count. */
function quantityOf({ quantity = 1, aggregates }: Golden['records'][number]): number {
  if (!aggregates) return quantity;
  const counts = aggregates.flatMap((bucket) =>
    Object.values(bucket).filter((value) => typeof value === 'number'),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}
