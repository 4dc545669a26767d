/** The page of a project's filters, used by a person: what noise costs, one click, lists that are tried first. */
import { AxeBuilder } from '@axe-core/playwright';
import { expect, test } from 'vitest';
import type { ProjectFilters } from '#contract/filters.ts';
import { run } from './support/clients.ts';
import { issueTitled, ledger } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';

startForAll();

const noisyShop = async () => {
  const { code, output } = await run(process.execPath, ['e2e/programs/noisy-shop.mjs'], {
    environment: { SENTRY_DSN: program.dsn },
  });
  expect(code, output).toBe(0);
};
const filters = () => program.get<ProjectFilters>('/api/v1/projects/default/filters');

test('the chip of an expected issue leads to what such errors cost, one click filters them, one takes it back', async () => {
  await noisyShop();
  const { id } = await issueTitled(program, 'No product 99');
  const page = await screens.visit(`/issues/${id}`);
  await page.getByRole('link', { name: 'Expected: not found' }).click();
  await page.getByRole('link', { name: 'Filters', exact: true }).waitFor();
  await page.getByRole('link', { name: /No product 99/ }).waitFor();

  await page.getByRole('button', { name: 'Filter from now on: Not found' }).click();
  await page.getByRole('button', { name: 'Keep again: Not found' }).waitFor();
  await noisyShop();
  await ledger(program, (lines) => lines['event dropped expected_not_found'] === 1);
  await page.reload();
  await page.getByText('1 filtered').waitFor();

  await page.getByRole('button', { name: 'Keep again: Not found' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Keep again: Not found' }).waitFor();
  expect((await filters()).rules.expected).toEqual(['not_found']);
});

test('a list is tried on what is stored, warns of what is too wide, and says where a line is wrong', async () => {
  const page = await screens.visit('/settings/projects/default/filters');
  await page.getByRole('textbox', { name: 'Messages' }).fill('Card declined\n*e*');
  await page.getByRole('button', { name: 'Try on stored events' }).click();
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('is that meant?').waitFor();
  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);

  await page.getByRole('textbox', { name: 'Messages' }).fill('Card declined\n**');
  await page.getByRole('button', { name: 'Save lists' }).click();
  await page.getByText('Messages, line 2, column 1').waitFor();
  expect((await filters()).rules.messages).toEqual([]);

  await page.getByRole('textbox', { name: 'Messages' }).fill('Card declined');
  await page.getByRole('button', { name: 'Save lists' }).click();
  await page.getByText('Saved').waitFor();
  expect((await filters()).rules.messages).toEqual(['Card declined']);
});

test('a filter is switched on and counts what it dropped', async () => {
  const page = await screens.visit('/settings/projects/default/filters');
  await page.getByLabel(/^Web crawlers/).check();
  await page.getByText('Web crawlers: filtered from now on').waitFor();
  await noisyShop();
  await ledger(program, (lines) => lines['event dropped filtered_web_crawler'] === 1);
  await page.reload();
  await page.getByRole('listitem').filter({ hasText: 'Web crawlers' }).getByText('1 in 24 h').waitFor();
});
