/** Following logs in a flood, their patterns, and their export: in a real browser, as a person does. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { linesStored, pushLines } from './support/logs.ts';
import { program, screens, startAgain, startForAll } from './support/one-program.ts';

const FLOOD = 20_000;
const PUSH = 1000;

startForAll();

const rows = (page: Page) => page.getByRole('list', { name: 'Lines', exact: true }).getByRole('listitem');
const say = (text: string, at = Date.now()) => pushLines(program, { service_name: 'shop' }, [{ at, text }]);

/** The figures beside the lines that are followed. */
async function figures(page: Page): Promise<{ arrived: number; shown: number; leftOut: number }> {
  const text = (await page.locator('[data-tail]').textContent()) ?? '';
  const read = (pattern: RegExp) => Number(pattern.exec(text)?.[1]?.replaceAll(/\D/g, '') ?? 0);
  return {
    arrived: read(/([\d,.’\s]+) lines? arrived/),
    shown: read(/([\d,.’\s]+) shown/),
    leftOut: read(/([\d,.’\s]+) left out/),
  };
}

test('a flood is sampled, and what is shown and what is left out is together what was pushed', async () => {
  await say('the first line');
  await linesStored(program, 1);
  const page = await screens.visit('/logs?live=on&query=service:shop');
  await page.getByText('Waiting for new lines').waitFor();
  const at = Date.now();
  for (let from = 0; from < FLOOD; from += PUSH)
    await pushLines(
      program,
      { service_name: 'shop' },
      Array.from({ length: PUSH }, (_, n) => ({
        at: at + Math.floor((from + n) / 20),
        text: `flood ${from + n}`,
      })),
    );
  await page.getByText('this is a sample').waitFor();
  await expect.poll(async () => (await figures(page)).arrived).toBe(FLOOD);
  const { shown, leftOut } = await figures(page);
  expect(shown + leftOut).toBe(FLOOD);
  expect(shown).toBeGreaterThan(0);
  expect(leftOut).toBeGreaterThan(0);
  // Few rows are drawn, however many there are.
  expect(await rows(page).count()).toBeLessThan(120);
  // A calm moment later each line is shown again, also one that says an old time: on top, as it arrived last.
  await say('sent late', Date.now() - 3 * 86_400_000);
  await rows(page).first().getByText('sent late').waitFor();
  await expect.poll(async () => (await figures(page)).arrived).toBe(FLOOD + 1);
});

test('patterns are counted, put in order, lead to their lines and can be left out', async () => {
  for (const [level, text] of [
    ['info', 'order 1 placed'],
    ['info', 'order 22 placed'],
    ['error', 'charge of 7 CHF refused'],
  ] as const)
    await pushLines(program, { service_name: 'till' }, [{ at: Date.now(), text, fields: { level } }]);
  await linesStored(program, 3, 'service:till');
  const page = await screens.visit('/logs?query=service:till');
  await rows(page).nth(2).waitFor();
  await page.keyboard.press('p');
  await page.waitForURL(/view=patterns/);
  const patterns = page.getByRole('list', { name: 'Patterns' }).getByRole('listitem');
  await page.getByText('2 patterns in 3 lines.').waitFor();
  expect(await patterns.first().textContent()).toContain('order <num> placed');
  await page.getByRole('radio', { name: 'Worst' }).check();
  await page.waitForURL(/sort=errors/);
  await patterns.first().getByRole('button', { name: 'charge of <num> CHF refused' }).waitFor();
  await patterns.first().hover();
  await patterns.first().getByRole('button', { name: 'Without this pattern' }).click();
  await page.getByText('1 pattern in 2 lines.').waitFor();
  await patterns.getByRole('button', { name: 'order <num> placed' }).click();
  await page.waitForURL((url) => !url.searchParams.has('view'));
  await expect.poll(() => rows(page).count()).toBe(2);
  // And from a line to those like it.
  await page.goto('/logs?query=22');
  await rows(page).first().click();
  await page.getByRole('link', { name: 'Same pattern' }).click();
  await expect.poll(() => rows(page).count()).toBe(2);
});

test('the lines of a search are saved as a file', async () => {
  const page = await screens.visit('/logs?query=service:till');
  await rows(page).nth(2).waitFor();
  await page.getByRole('button', { name: 'Export' }).click();
  await page.getByText('3 lines of this search and period').waitFor();
  const saving = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: 'CSV' }).click();
  const file = await saving;
  expect(file.suggestedFilename()).toMatch(/^logs-.*\.csv$/);
  const lines = (await readFile(await file.path(), 'utf8')).trim().split('\r\n');
  expect(lines).toHaveLength(4);
  expect(lines[0]).toMatch(/^time,level,/);
  expect(lines.at(-1)).toContain('charge of 7 CHF refused');
});

test('a page that follows survives a restart of the program, and misses no line', async () => {
  const page = await screens.visit('/logs?live=on&query=restart');
  await page.getByText('Waiting for new lines').waitFor();
  await say('restart 1');
  await rows(page).first().getByText('restart 1').waitFor();
  await program.stop();
  await page.getByText('another try follows').waitFor();
  await startAgain();
  await say('restart 2');
  await rows(page).first().getByText('restart 2').waitFor({ timeout: 30_000 });
  await say('restart 3');
  await rows(page).first().getByText('restart 3').waitFor();
  expect(await rows(page).count()).toBe(3);
});
