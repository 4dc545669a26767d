/** A program that is killed while it tells what it found in logs: each exception is one event, wherever it was. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openJournal } from '#server/journal/journal.ts';
import { openJournalReader } from '#server/journal/journal-reader.ts';
import { LANES } from '#server/process/lanes.ts';
import { NOW, openTestProcess, until } from '#server/process/test-process.ts';
import { encodeLogBatch } from '#server/record/log.ts';
import { tellLogErrors } from './tell-log-errors.ts';

const TELLER = join(import.meta.dirname, 'test-tell-and-die.ts');
const EACH = 12;

test('killed between the journal and the mark, again and again, it loses none and counts none twice', async () => {
  const errors = await openTestProcess();
  const logs = await openTestProcess('', errors);
  const { db } = errors.metadata.store;
  const directory = join(errors.directory, 'told');
  const later = NOW + 60_000;
  try {
    const lane = await logs.start({ metadata: errors.metadata.store, settings: LANES.bulk });
    let found = 0;
    const find = async () => {
      const records = Array.from({ length: EACH }, (_, n) => ({
        body: `Error: cart ${found + n} is empty\n    at total (/app/cart${found + n}.js:3:9)\n    at main (/app/main.js:7:1)`,
        time: `${NOW}000000`,
      }));
      const payload = Buffer.from(encodeLogBatch({ groups: [{ records }] }));
      await logs.send([{ type: 'logs', kind: 'log', meta: { quantity: EACH, source: 'otlp' }, payload }]);
      lane.advance(logs.journal.durableEnd);
      found += EACH;
      await until(async () => (await db.selectFrom('log_error').select('id').execute()).length === found);
    };
    // After the first of a turn, in its middle, when all are durable and none is marked, and after the mark.
    for (const after of ['1', `${EACH / 2}`, `${EACH}`, `${2 * EACH}`, 'marked', '1']) {
      await find();
      const child = spawn(process.execPath, [
        TELLER,
        errors.metadata.dataDirectory,
        directory,
        after,
        `${later}`,
      ]);
      expect(await once(child, 'exit')).toEqual([null, 'SIGKILL']);
    }
    const waiting = await db.selectFrom('log_error').select('id').where('told', '=', 0).execute();
    expect(waiting.length).toBeGreaterThan(0);

    const journal = await openJournal(directory);
    const processor = await errors.start({
      ...{ journal: 'told', reader: openJournalReader(directory), clock: { now: () => later } },
    });
    const tell = () =>
      tellLogErrors({
        ...{ db, clock: { now: () => later }, log: undefined as never, journal: 'j2', isTaking: () => true },
        append: (frame) => journal.append(frame),
      });
    expect(await tell()).toBe(waiting.length);
    expect(await tell()).toBe(0);
    processor.advance(journal.durableEnd);
    const { segment, offset } = journal.durableEnd;
    await until(async () => {
      const at = await db.selectFrom('checkpoint').selectAll().where('name', '=', 'told').executeTakeFirst();
      return at?.segment === segment && at.offset === offset;
    });

    const issues = await db.selectFrom('issue').select(['title', 'event_count']).execute();
    expect(issues).toHaveLength(found);
    expect(issues.filter(({ event_count }) => event_count !== 1)).toEqual([]);
    await until(() => errors.telemetry.ledger()['event stored'] === found);
    expect(new Set(errors.telemetry.events().map(({ event_id }) => event_id)).size).toBe(found);
    expect(errors.telemetry.events()).toHaveLength(found);
    // What was told twice was known again.
    expect(errors.telemetry.ledger()['event dropped duplicate']).toBeGreaterThan(0);
    await processor.stop();
    await journal.close();
  } finally {
    await logs.discard();
    await errors.discard();
  }
});
