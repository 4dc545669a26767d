/** Working through issues on the screens: resolve in a release, archive until something, all that match, and the way back. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { IssueDetail, IssueList } from '#contract/issues.ts';
import { photograph } from './support/browser.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';

startForAll();
const KINDS = 120;

async function send(at: number, release: string) {
  await program.sendEvent({
    event_id: crypto.randomUUID().replaceAll('-', ''),
    message: `Parcel ${at} is lost`,
    fingerprint: [`parcel-${at}`],
    release,
  });
}
beforeAll(async () => {
  for (let at = 0; at < KINDS; at += 1) await send(at, 'depot@1.4.0');
  await eventually(
    () => program.get<IssueList>('/api/v1/issues?limit=1'),
    ({ total }) => total === KINDS,
  );
});

const issue = () => program.get<IssueDetail>('/api/v1/issues/1');
const sentences = (page: Page) =>
  page.getByRole('listitem').filter({ hasText: /resolved|archived|took back/i });

test('an issue is resolved in the next release by the menu, says so, and that is taken back', async () => {
  const page = await screens.visit('/issues/1/activity');
  await page.getByRole('button', { name: 'In which release' }).click();
  await page.getByText('depot@1.4.0').first().waitFor();
  await page.getByRole('menuitem', { name: 'In the next release' }).click();
  await page.getByText('Resolved DEFAULT-1 in the next release').waitFor();
  await page.getByText('one that is newer than depot@1.4.0 brings it back').waitFor();
  await sentences(page).getByText('resolved it in the next release after depot@1.4.0').waitFor();
  await photograph(page, 'workflow-resolved');
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('button', { name: 'Resolve', exact: true }).waitFor();
  await sentences(page).getByText('took back resolving it').waitFor();
  expect(await issue()).toMatchObject({ status: 'unresolved', substate: 'new', resolution: null });
});

test('a release that is still to come, and a count of one’s own, are asked for', async () => {
  const page = await screens.visit('/issues/1');
  await page.getByRole('button', { name: 'In which release' }).click();
  await page.getByRole('menuitem', { name: 'In another release…' }).click();
  await page.getByRole('dialog').getByLabel('Release').fill('depot@2.0.0');
  await page.keyboard.press('Enter');
  await page.getByText('In release depot@2.0.0. Events of older releases stay quiet.').waitFor();
  await page.getByRole('button', { name: 'Unresolve' }).click();

  await page.getByRole('button', { name: 'Until when' }).click();
  await page.getByRole('menuitem', { name: 'Other times and counts…' }).click();
  await page.getByRole('dialog').getByLabel('How many').fill('3');
  await page.getByText('Archived until it happens 3 more times.').waitFor();
  await page.getByRole('dialog').getByRole('button', { name: 'Archive' }).click();
  await page.getByText('Until it happens 3 more times (0 so far).').waitFor();
  for (let time = 0; time < 3; time += 1) await send(0, 'depot@1.4.0');
  await page.getByText('Escalating', { exact: true }).waitFor();
});

test('keys say how much it matters, and the list shows it', async () => {
  const page = await screens.visit('/issues/1');
  await page.getByRole('button', { name: 'Priority: Medium' }).waitFor();
  await page.keyboard.press('p');
  await page.keyboard.press('h');
  await page.getByRole('button', { name: 'Priority: High' }).waitFor();
  await eventually(issue, ({ priority }) => priority === 'high');
  const list = await screens.visit('/issues?query=priority%3Ahigh');
  await list.getByRole('img', { name: 'Priority high' }).waitFor();
});

test('all that match are archived at once, not only those of the page, and taken back', async () => {
  const page = await screens.visit('/issues?query=is%3Aunresolved+parcel');
  await page.locator('label', { hasText: 'Select all loaded issues' }).click();
  await page.getByRole('button', { name: `Select all ${KINDS} that match` }).click();
  await page.getByText(`All ${KINDS} that match`).waitFor();
  await page.getByRole('button', { name: 'Archive', exact: true }).click();
  await page.getByText(`Archived ${KINDS} issues until it escalates`).waitFor();
  await page.getByText(/^No issue .* matches/).waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText(`${KINDS} issues`).waitFor();
  const { items } = await program.get<IssueList>('/api/v1/issues?limit=100');
  expect(new Set(items.map(({ status }) => status))).toEqual(new Set(['unresolved']));
});

test('a project resolves what is quiet when its settings say so', async () => {
  const page = await screens.visit('/settings/projects/default/issues');
  await page.getByLabel('Days without an event').fill('14');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Saved').waitFor();
  expect(await program.get('/api/v1/projects/default/workflow')).toEqual({ autoResolveDays: 14 });
});
