/** Charts, comparisons and saved queries over lines of a Loki client, in the browser and with keys. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { LogAggregate } from '#contract/logs.ts';
import type { SavedQueries } from '#contract/saved-queries.ts';
import { photograph } from './support/browser.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { program, screens, startForAll } from './support/one-program.ts';

const MINUTE_MS = 60_000;

startForAll();
let end: number;

beforeAll(async () => {
  end = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - MINUTE_MS;
  // Ten minutes of requests twice; in the later ones payments failed, and took their time.
  for (const [round, failures] of [
    [20, 0],
    [10, 40],
  ] as const) {
    const at = (n: number, of: number) => end - round * MINUTE_MS + Math.floor((n / of) * 10 * MINUTE_MS);
    await pushLines(
      program,
      { service_name: 'shop' },
      Array.from({ length: 100 }, (_, n) => ({
        at: at(n, 100),
        text: `GET /product/${n} done`,
        fields: { level: 'info', duration_ms: n === 0 ? 'unknown' : String(n), route: `/r${n % 20}` },
      })),
    );
    if (failures > 0)
      await pushLines(
        program,
        { service_name: 'payments' },
        Array.from({ length: failures }, (_, n) => ({
          at: at(n, failures),
          text: `charge of order ${n} timed out`,
          fields: { level: 'error', duration_ms: '30000', route: '/pay' },
        })),
      );
  }
  await linesStored(program, 240);
});

const chart = (page: Page) => page.getByRole('region', { name: 'Chart' });
const row = (page: Page, name: string) => chart(page).getByRole('row').filter({ hasText: name });
const period = () => `from=${new Date(end - 10 * MINUTE_MS).toISOString()}&to=${new Date(end).toISOString()}`;

test('a chart counts lines by level, by keys; a click on a series narrows the search', async () => {
  const page = await screens.visit('/logs');
  await page.locator('b').getByText('240 lines', { exact: true }).waitFor();
  await page.keyboard.press('c');
  await page.waitForURL(/view=chart/);
  await row(page, 'info').getByText('200').first().waitFor();
  await page.getByRole('list', { name: 'Series' }).getByRole('button', { name: 'error' }).click();
  await page.waitForURL(/query=level%3Aerror/);
  await chart(page).getByText('Lines: 40').waitFor();
  const slider = page.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/\d\d:\d\d:\d\d/);
  await page.keyboard.press('c');
  await page.waitForURL((url) => !url.searchParams.has('view'));
});

test('a field is measured by another, with its unit, and what is no number is told', async () => {
  const page = await screens.visit(`/logs?view=chart&${period()}`);
  await row(page, 'error').waitFor();
  await page.getByRole('button', { name: 'Measure Count' }).click();
  await page.getByRole('menuitemradio', { name: 'Average' }).click();
  await chart(page).getByText('Which field?').waitFor();
  await page.getByRole('combobox', { name: 'of', exact: true }).fill('duration_ms');
  await page.keyboard.press('Enter');
  await page.getByRole('combobox', { name: 'by', exact: true }).fill('service');
  await page.keyboard.press('Enter');
  // 1 to 99 ms: 50 on average; payments took 30 s each.
  await row(page, 'payments').getByText('30 s').waitFor();
  await row(page, 'shop').getByText('50 ms').waitFor();
  await chart(page).getByText('1 of 140 lines has no number in duration_ms').waitFor();
  const address = new URL(page.url()).searchParams;
  expect([address.get('measure'), address.get('field'), address.get('by')]).toEqual([
    'avg',
    'duration_ms',
    'service',
  ]);
  await photograph(page, 'logs-chart-average');
});

test('more groups than colours are measured together, and a list has more of them', async () => {
  const page = await screens.visit(`/logs?view=chart&by=route&${period()}`);
  // 40 of /pay and 5 of each of 20 others, of which 9 are shown.
  await row(page, '/pay').getByText('40').first().waitFor();
  await row(page, '11 others, together').getByText('55').first().waitFor();
  await chart(page).getByText('The 10 largest of 21 groups are shown').waitFor();
  await page.getByText('List', { exact: true }).click();
  await row(page, '/r19').waitFor();
  expect(await chart(page).getByText('together').count()).toBe(0);
});

test('a period is compared with the one before it: what is new is told, what is steady is not', async () => {
  const page = await screens.visit(`/logs?${period()}`);
  await page.locator('b').getByText('140 lines', { exact: true }).waitFor();
  await page.keyboard.press('d');
  const comparison = page.getByRole('region', { name: 'Comparison' });
  await comparison.getByText('+40 % (100 before)').waitFor();
  await comparison.getByText('none before').waitFor();
  const services = comparison.getByRole('region', { name: 'Changes of service' });
  expect(await services.getByRole('listitem').allTextContents()).toEqual([
    expect.stringMatching(/^newpayments040.*0 %28\.6 %/),
    expect.stringMatching(/^lessshop100100.*100 %71\.4 %/),
  ]);
  await photograph(page, 'logs-comparison');
  const patterns = comparison.getByRole('region', { name: 'Changes of pattern' });
  await patterns.getByRole('button', { name: 'charge of order' }).click();
  await page.waitForURL(/pattern%3A/);
  await page.locator('b').getByText('40 lines', { exact: true }).waitFor();
});

test('a search is saved with its chart, used from the menu by keys, renamed and deleted', async () => {
  const page = await screens.visit(
    '/logs?view=chart&measure=p95&field=duration_ms&by=service&query=has:route',
  );
  await row(page, 'payments').waitFor();
  await page.keyboard.press('s');
  await page.keyboard.press('Enter');
  await page.getByRole('menuitem', { name: 'Save this search' }).click();
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Slow services');
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  const elsewhere = await screens.visit('/logs');
  await elsewhere.locator('b').getByText('240 lines', { exact: true }).waitFor();
  await elsewhere.keyboard.press('s');
  await elsewhere.keyboard.press('ArrowDown');
  await elsewhere.getByRole('menuitem', { name: 'Slow services' }).waitFor();
  await elsewhere.keyboard.press('Enter');
  await elsewhere.waitForURL(/measure=p95/);
  await row(elsewhere, 'payments').waitFor();

  await elsewhere.keyboard.press('s');
  await elsewhere.keyboard.press('ArrowDown');
  await elsewhere.getByRole('menuitem', { name: 'Rename or delete' }).click();
  const dialog = elsewhere.getByRole('dialog');
  await dialog.getByRole('textbox').fill('Slowest services');
  await dialog.getByRole('button', { name: 'Rename' }).click();
  await dialog.getByRole('textbox', { name: 'Name of Slowest services' }).waitFor();
  await dialog.getByRole('button', { name: 'Delete', exact: true }).click();
  await dialog.getByRole('button', { name: 'Delete for all' }).click();
  await dialog.getByRole('textbox').waitFor({ state: 'detached' });
  const saved = await program.get<SavedQueries>('/api/v1/saved-queries');
  expect(saved).toEqual([]);
});

test('the API refuses what it cannot answer, with the reason', async () => {
  const good = await program.get<LogAggregate>(
    '/api/v1/logs/aggregate?measure=max&field=duration_ms&by=service&by=level',
  );
  expect(good.groups).toMatchObject([
    { keys: ['payments', 'error'], value: 30_000, records: 40, measured: 40 },
    { keys: ['shop', 'info'], value: 99, records: 200, measured: 198 },
  ]);
  for (const [address, reason] of [
    ['aggregate?measure=sum', 'needs the name of a field'],
    ['aggregate?measure=p42&field=x', 'measure'],
    ['aggregate?by=a&by=b&by=c', 'at most 2'],
    ['aggregate?by=a&steps=yes&limit=50', 'at most 20 groups'],
    ['comparison?against=day&from=0&to=1000000000000', 'overlap'],
  ] as const)
    await expect(program.get(`/api/v1/logs/${address}`)).rejects.toThrow(reason);
});
