import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { DeadLetters, Usage } from '#contract/usage.ts';
import { openTestApp, type TestApp } from '#server/issues/test-app.ts';
import { HOUR, NOON, openTestIssues, type TestIssues } from '#server/issues/test-issues.ts';
import type { OutcomeRow } from '#server/store/telemetry/rows.ts';
import type { DeadLetterRow } from './dead-letters.ts';
import { usageRoutes } from './usage-routes.ts';

let world: TestIssues;
let app: TestApp;
/** The same, for somebody who runs the program. */
let operator: TestApp;
const redriven: DeadLetterRow[] = [];
let failing = false;

beforeAll(async () => {
  world = await openTestIssues();
  const routes = usageRoutes({
    ...world,
    db: world.metadata.db,
    backlogBytes: () => 4096,
    usedQuotas: async () => [],
    diskUsage: async () => [{ what: 'journal', rows: null, bytes: 123 }],
    redrive: async (letter) => {
      if (failing) throw new Error('the journal is closed');
      redriven.push(letter);
      const process = world.metadata.db.updateTable('dead_letter').set({ redriven_at: NOON });
      await process.where('id', '=', letter.id).execute();
    },
  });
  app = await openTestApp(world, [routes]);
  operator = await openTestApp(
    { ...world, viewer: { ...world.viewer, scopes: [...world.viewer.scopes, 'org:admin'] } },
    [routes],
  );
});
afterAll(async () => {
  await app.close();
  await operator.close();
  await world.discard();
});

async function count(...rows: Partial<OutcomeRow>[]): Promise<void> {
  const lines = rows.map((row) =>
    JSON.stringify({
      hour: NOON - HOUR,
      project_id: 1,
      key_id: 1,
      kind: 'event',
      outcome: 'stored',
      reason: '',
      quantity: 1,
      bytes: 100,
      ...row,
    }),
  );
  await world.telemetry.insert('outcomes', Buffer.from(`${lines.join('\n')}\n`), randomUUID());
}

async function deadLetter(row: Partial<DeadLetterRow> = {}): Promise<string> {
  const blob = await world.blobs.put('dead-letters', Buffer.from(row.message ?? 'frame'));
  const { id } = await world.metadata.db
    .insertInto('dead_letter')
    .values({
      project_id: 1,
      key_id: 1,
      kind: 'event',
      reason: 'processing_failed',
      message: 'frame',
      bytes: 5,
      blob,
      position: '1:0',
      created_at: NOON,
      redriven_at: null,
      ...row,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return String(id);
}

describe('the ledger', () => {
  it('sums what became of everything, with the reason in words', async () => {
    await count(
      { quantity: 7, bytes: 700 },
      { quantity: 3, bytes: 300 },
      { hour: NOON, quantity: 2 },
      { outcome: 'dropped', reason: 'duplicate' },
      { outcome: 'rejected', reason: 'rate_limited', quantity: 5 },
      { outcome: 'discarded', reason: 'before_send', quantity: 4 },
      { outcome: 'discarded', reason: 'constructor' },
      { outcome: 'dead_lettered', reason: 'processing_failed', quantity: 1 },
      { outcome: 'dead_lettered', reason: 'processing_failed', quantity: -1, bytes: 0 },
      { hour: NOON - 48 * HOUR, quantity: 1000 },
      { project_id: 3, quantity: 1000 },
      { project_id: 0, key_id: 0, outcome: 'rejected', reason: 'key_unknown', quantity: 9 },
    );
    const usage = await app.read<Usage>('/api/v1/usage?period=24h');
    expect(usage.lines.map(({ outcome, reason, quantity }) => [outcome, reason, quantity])).toEqual([
      ['stored', '', 12],
      ['rejected', 'rate_limited', 5],
      ['discarded', 'before_send', 4],
      ['discarded', 'constructor', 1],
      ['dropped', 'duplicate', 1],
    ]);
    expect(usage.lines[0]).toMatchObject({ projectId: '1', keyId: '1', kind: 'event', bytes: 1100 });
    expect(usage.lines.map(({ explanation }) => explanation)).toEqual([
      'Kept, and there to be looked at.',
      expect.stringContaining('rate limit'),
      expect.stringContaining('beforeSend'),
      expect.stringContaining('gave this reason'),
      expect.stringContaining('stored already'),
    ]);
    const stored = usage.series.find(({ outcome }) => outcome === 'stored')!;
    expect(stored.trend.counts.slice(-2)).toEqual([10, 2]);
    expect(usage.backlogBytes).toBe(4096);
    expect(usage.disk).toContainEqual({ what: 'journal', rows: null, bytes: 123 });
    expect(usage.disk.find(({ what }) => what === 'outcomes')!.rows).toBeGreaterThan(0);
  });

  it('shows what no key was recognised for to those who run the program', async () => {
    const { lines } = await operator.read<Usage>('/api/v1/usage?period=24h');
    expect(lines).toContainEqual(
      expect.objectContaining({ projectId: '0', reason: 'key_unknown', quantity: 9 }),
    );
  });

  it('is that of one project when one is named, and never that of others', async () => {
    expect((await app.read<Usage>('/api/v1/usage?project=web')).lines).toEqual([]);
    expect((await app.ask('GET', '/api/v1/usage?project=other')).status).toBe(404);
    const theirs = (await (await app.askAsStranger('GET', '/api/v1/usage')).json()) as Usage;
    expect(theirs.lines.map(({ quantity }) => quantity)).toEqual([1000]);
  });
});

describe('dead letters', () => {
  it('are listed newest first, page by page, to those whose they are', async () => {
    const ids = [
      await deadLetter(),
      await deadLetter({ project_id: 2 }),
      await deadLetter({ project_id: null }),
      await deadLetter({ project_id: 3 }),
    ];
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const page: DeadLetters = await app.read(`/api/v1/dead-letters?limit=1&cursor=${cursor}`);
      expect(page.total).toBe(2);
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor;
    }
    expect(seen).toEqual([ids[1], ids[0]]);
    expect((await operator.read<DeadLetters>('/api/v1/dead-letters')).items.map(({ id }) => id)).toContain(
      ids[2],
    );
    expect((await app.ask('GET', `/api/v1/dead-letters/${ids[3]}/raw`)).status).toBe(404);
    expect((await app.ask('GET', '/api/v1/dead-letters/x/raw')).status).toBe(404);
  });

  it('are handed out as they came', async () => {
    const id = await deadLetter({ message: 'these very bytes' });
    const answer = await app.ask('GET', `/api/v1/dead-letters/${id}/raw`);
    expect(await answer.text()).toBe('these very bytes');
    expect(answer.headers.get('content-disposition')).toBe(`attachment; filename="dead-letter-${id}.bin"`);
  });

  it('are driven through once; one that failed may be tried again', async () => {
    const id = await deadLetter();
    const redrive = async () => (await app.ask('POST', `/api/v1/dead-letters/${id}/redrive`)).status;
    failing = true;
    expect(await redrive()).toBe(500);
    failing = false;
    expect(await redrive()).toBe(204);
    expect(await redrive()).toBe(409);
    expect(redriven.map((letter) => String(letter.id))).toEqual([id]);
    const { items } = await app.read<DeadLetters>('/api/v1/dead-letters');
    expect(items.find((letter) => letter.id === id)!.redrivenAt).toBe(new Date(NOON).toISOString());
  });

  it('that the disk damaged cannot be driven through', async () => {
    const id = await deadLetter({ reason: 'journal_corrupt' });
    expect((await app.ask('POST', `/api/v1/dead-letters/${id}/redrive`)).status).toBe(400);
  });

  it('go for good, with their bytes when no equal one is left', async () => {
    const [one, two] = [await deadLetter({ message: 'equal' }), await deadLetter({ message: 'equal' })];
    expect((await app.ask('DELETE', `/api/v1/dead-letters/${one}`)).status).toBe(204);
    expect(await (await app.ask('GET', `/api/v1/dead-letters/${two}/raw`)).text()).toBe('equal');
    const { blob } = await world.metadata.db
      .selectFrom('dead_letter')
      .select('blob')
      .where('id', '=', Number(two))
      .executeTakeFirstOrThrow();
    await app.ask('DELETE', `/api/v1/dead-letters/${two}`);
    await expect(world.blobs.get(blob)).rejects.toThrow();
  });
});
