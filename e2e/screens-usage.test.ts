/** Usage: what was sent and what became of it, in the very numbers of the senders; and what waits for a hand. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import type { IngestKey } from '#contract/projects.ts';
import { runNodeShop } from './support/clients.ts';
import { issueTitled, ledger } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';

startForAll();

async function changeKey(change: Partial<IngestKey>) {
  const [key] = await program.get<IngestKey[]>('/api/v1/projects/default/keys');
  await program.request('PATCH', `/api/v1/projects/default/keys/${key!.id}`, change);
}

/** The columns of a kind: sent, stored, dropped, rejected, dead-lettered, discarded. */
const numbersOf = async (page: Page, kind: string) => {
  const row = page.getByRole('row').filter({ has: page.getByRole('rowheader', { name: kind, exact: true }) });
  return (await row.getByRole('cell').allTextContents()).slice(0, 6).map(Number);
};

test('every record that was sent is counted once, with its end and the reason for it', async () => {
  for (const story of ['error', 'message', 'not-kept']) await runNodeShop(program, story);
  await changeKey({ enabled: false });
  await runNodeShop(program, 'cause');
  // A key with a limit mutes the SDK, which tells at its end what it then discarded.
  await changeKey({ enabled: true, rateLimit: { count: 1, windowSeconds: 3600 } });
  await runNodeShop(program, 'rate-limited');
  await changeKey({ rateLimit: null });
  // One event of the first two stories each, and three of the last.
  const ends = ['event stored', 'event rejected rate_limited', 'event discarded ratelimit_backoff'];
  const lines = await ledger(
    program,
    (found) =>
      ends.reduce((sum, end) => sum + (found[end] ?? 0), 0) === 5 && 'event rejected key_disabled' in found,
  );
  const count = (line: string) => lines[line] ?? 0;
  const [stored, rejected, discarded] = ends.map(count);
  // What a key that is off brings is refused unread, and counted by what it holds.
  const unread = count('event rejected key_disabled');
  expect(unread).toBe(2);

  const page = await screens.visit('/usage?period=1h');
  await page.getByText('The ledger balances').waitFor();
  await page.getByText('Nothing waits to be processed').waitFor();
  expect(await numbersOf(page, 'event')).toEqual([5 + unread, stored, 0, rejected! + unread, 0, discarded]);
  expect(await numbersOf(page, 'span')).toEqual([2, 2, 0, 0, 0, 0]);
  expect(await numbersOf(page, 'log')).toEqual([2, 2, 0, 0, 0, 0]);

  await page.getByRole('button', { name: 'event', exact: true }).click();
  await page.getByText('discarded: ratelimit_backoff').waitFor();
  await page.getByText('rejected: key_disabled').waitFor();
  await page.getByText('This ingest key is disabled.').waitFor();
  await page.getByText('Default').first().waitFor();

  await page.getByRole('radio', { name: '7 days' }).check();
  await page.getByText('The ledger balances').waitFor();
  expect(page.url()).toContain('period=7d');
  const disk = page.locator('section').filter({ has: page.getByRole('heading', { name: 'On disk' }) });
  expect(await disk.textContent()).toMatch(/journal[\d.]+ [kM]B/);
});

test('what cannot be processed is kept, can be read, and is driven through again when it works', async () => {
  // A fault of the store, as a bug or a full disk makes it: one kind of record cannot be written.
  const metadata = new DatabaseSync(join(program.dataDirectory, 'metadata.sqlite'));
  metadata.exec(
    `CREATE TRIGGER fault BEFORE INSERT ON issue WHEN NEW.title LIKE '%The user saw this%'
     BEGIN SELECT RAISE(ABORT, 'this row cannot be written'); END`,
  );
  await runNodeShop(program, 'feedback');
  await ledger(program, (lines) => (lines['event dead_lettered processing_failed'] ?? 0) === 1);

  const page = await screens.visit('/usage?period=1h');
  const letters = page
    .locator('section')
    .filter({ has: page.getByRole('heading', { name: 'Dead letters' }) });
  const letter = letters.getByRole('listitem').filter({ hasText: 'event' });
  await letter.getByText('this row cannot be written').waitFor();
  await letter.getByRole('button', { name: 'Read' }).click();
  await page
    .getByRole('dialog')
    .getByText(/"value":"The user saw this"/)
    .waitFor();
  const downloading = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save the bytes' }).click();
  expect((await downloading).suggestedFilename()).toMatch(/^dead-letter-\d+/);
  await page.keyboard.press('Escape');

  metadata.exec('DROP TRIGGER fault');
  metadata.close();
  await letter.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Driven through again').waitFor();
  await issueTitled(program, 'The user saw this');
  await ledger(program, (lines) => (lines['event dead_lettered processing_failed'] ?? 0) === 0);
  await page.reload();
  await page.getByText('The ledger balances').waitFor();
  expect((await numbersOf(page, 'event'))[4]).toBe(0);
  await letter.getByText('tried again').waitFor();
  await letter.getByRole('button', { name: 'Delete the dead letter' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await letter.waitFor({ state: 'detached' });
});
