/** People around an issue, as they see it: teams, whose it is, what they say, who follows, bookmarks. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { IssueDetail } from '#contract/issues.ts';
import type { InviteAnswer } from '#contract/people.ts';
import { SECRETS, startTestTrackers, type TestTrackers } from '#server/trackers/test-trackers.ts';
import { photograph, signIn } from './support/browser.ts';
import { runNodeShop } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

const TITLE = 'Card declined';
const GRACE = { email: 'grace@example.test', password: 'a password of Grace' };

let trackers: TestTrackers;
startForAll(async () => {
  trackers = await startTestTrackers();
  return { environment: { TANDEM_OUTBOUND_ALLOW: new URL(trackers.url).host } };
});
afterAll(() => trackers.close());
let issueId: string;

beforeAll(async () => {
  await runNodeShop(program, 'error');
  ({ id: issueId } = await issueTitled(program, TITLE));
  const invited = await program.request('POST', '/api/v1/members', { email: GRACE.email, role: 'member' });
  const token = new URL(((await invited.json()) as InviteAnswer).url).searchParams.get('token');
  await fetch(`${program.url}/api/v1/invites/accept`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ token, name: 'Grace Hopper', password: GRACE.password }),
  });
});

const issue = () => program.get<IssueDetail>(`/api/v1/issues/${issueId}`);

async function asGrace(path: string): Promise<Page> {
  const page = await screens.visit(path, { who: 'nobody' });
  await signIn(page, GRACE);
  return page;
}

test('a team is made, gets its people and its projects, and is renamed', async () => {
  const page = await screens.visit('/settings/teams');
  await page.getByText('None yet.').waitFor();
  await page.getByRole('button', { name: 'New team' }).click();
  await page.getByLabel('Name').fill('Payment');
  await page.getByLabel('Slug').fill('payments');
  await page.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('list', { name: 'Teams' }).getByRole('listitem');
  await row.getByText('#payments').waitFor();

  await row.getByRole('button', { name: 'People' }).click();
  await page.getByRole('checkbox', { name: 'Grace Hopper' }).check();
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Grace Hopper').waitFor();

  await row.getByRole('button', { name: 'Projects' }).click();
  await page.getByRole('dialog').getByRole('checkbox').first().check();
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('works on Default').waitFor();

  await row.getByRole('button', { name: 'Rename' }).click();
  await page.getByLabel('Name').fill('Payments');
  await page.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Payments', { exact: true }).waitFor();
});

test('an issue is given to a team in the list, to people in bulk, and is found by whose it is', async () => {
  const page = await screens.visit('/issues');
  const row = page.locator('li[data-index]').filter({ hasText: TITLE });
  await row.getByRole('button', { name: /^Assignee of .*: nobody$/ }).click();
  await page.getByRole('menuitemradio', { name: '#payments' }).click();
  await row.getByRole('button', { name: /^Assignee of .*: #payments$/ }).waitFor();
  expect((await eventually(issue, ({ assignee }) => assignee !== null)).assignee?.slug).toBe('payments');

  await row.locator('label', { hasText: 'Select' }).click();
  await page.getByRole('button', { name: 'Assign', exact: true }).click();
  await page.getByRole('menuitemradio', { name: 'Grace Hopper' }).click();
  await row.getByRole('button', { name: /^Assignee of .*: Grace Hopper$/ }).waitFor();
  await eventually(issue, ({ assignee }) => assignee?.name === 'Grace Hopper');

  const search = page.getByRole('combobox', { name: 'Search issues' });
  await search.fill('assigned:me');
  await search.press('Enter');
  await page.locator('li[data-index]').first().waitFor({ state: 'detached' });
  const grace = await asGrace('/issues?query=assigned:me');
  await grace.locator('li[data-index]').filter({ hasText: TITLE }).waitFor();
});

test('a comment mentions somebody, who follows then; it is drawn as text and changed by its author', async () => {
  const page = await screens.visit(`/issues/${issueId}/activity`);
  const box = page.getByRole('combobox', { name: 'Say something about it' });
  await box.fill('<b>Look</b> at `pay.js`, **please**: https://example.test/run javascript:alert(1) #pay');
  await page.getByRole('option', { name: '#payments' }).waitFor();
  await box.press('Enter');
  await box.pressSequentially('and @gra');
  await page.getByRole('option', { name: /Grace/ }).click();
  await box.press('Control+Enter');

  const comment = page.getByRole('article', { name: /^Comment of/ });
  await comment.getByText('<b>Look</b> at').waitFor();
  expect(await comment.locator('strong, code').allTextContents()).toEqual(['pay.js', 'please']);
  expect(await comment.getByRole('link').count()).toBe(1);
  await comment.getByText('@Grace Hopper', { exact: true }).waitFor();
  expect(await box.inputValue()).toBe('');
  const { followers } = await issue();
  expect(followers.map(({ name, reason }) => `${name}: ${reason}`)).toContain('Grace Hopper: assigned');

  await comment.getByRole('button', { name: 'Change the comment' }).click();
  await page.getByRole('combobox', { name: 'Your comment' }).fill('Never mind');
  await page.getByRole('button', { name: 'Save' }).click();
  await comment.getByText('Never mind').waitFor();
  await comment.getByText('edited').waitFor();

  const grace = await asGrace(`/issues/${issueId}/activity`);
  await grace.getByText('Never mind').waitFor();
  expect(await grace.getByRole('button', { name: 'Change the comment' }).count()).toBe(0);

  await comment.getByRole('button', { name: 'Delete the comment' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText(/deleted a comment$/).waitFor();
});

test('who follows is shown with the reason, and one follows and stops by hand', async () => {
  const page = await asGrace(`/issues/${issueId}`);
  await page.getByRole('button', { name: /^You follow it/ }).click();
  await page.getByRole('list', { name: 'Followers' }).getByText('it is theirs').waitFor();
  await page.getByRole('button', { name: 'Follow it no more' }).click();
  await page.getByRole('button', { name: /^You do not follow it/ }).waitFor();
  await page.getByRole('button', { name: 'Follow it', exact: true }).click();
  await page.getByRole('button', { name: /^You follow it/ }).waitFor();
  const { followers } = await eventually(issue, (found) =>
    found.followers.some(({ reason }) => reason === 'by_hand'),
  );
  expect(followers.some(({ name }) => name === 'Grace Hopper')).toBe(true);
});

test('a window that is loaded while its button is held opens when the button is let go', async () => {
  const page = await screens.visit('/issues');
  const arrived = Promise.withResolvers<void>();
  const wanted = page.waitForRequest(/popover-parts/);
  await page.route(/popover-parts/, async (route) => {
    await arrived.promise;
    await route.continue();
  });
  await page.goto(`/issues/${issueId}`);
  await page.getByRole('button', { name: /follow it; followers/i }).hover();
  await wanted;
  await page.mouse.down();
  const loaded = page.waitForResponse(/popover-parts/);
  arrived.resolve();
  await (await loaded).finished();
  // The module runs, and the page draws.
  await page.evaluate(() => new Promise((done) => setTimeout(done, 300)));
  await page.mouse.up();
  await page.getByRole('dialog', { name: 'Followers' }).waitFor();
});

test('a bookmark is one’s own, and is found again', async () => {
  const page = await screens.visit(`/issues/${issueId}`);
  await page.getByRole('button', { name: /^Bookmark / }).click();
  await page.getByRole('button', { name: /^Take the bookmark/ }).waitFor();
  await page.goto('/issues?query=bookmarks:me');
  const row = page.locator('li[data-index]');
  await row.getByText(TITLE).waitFor();
  await row.getByRole('button', { name: /^Take the bookmark/ }).click();
  await row.getByRole('button', { name: /^Bookmark / }).waitFor();
});

test('a public link shows the stack to strangers, and leads nowhere when it was taken back', async () => {
  const page = await screens.visit(`/issues/${issueId}`);
  await page.getByRole('button', { name: 'More' }).click();
  await page.getByRole('menuitem', { name: 'Share by a public link…' }).click();
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = new URL((await page.getByRole('dialog').locator('code, pre').first().textContent())!.trim());
  const stranger = await screens.visit(link.pathname, { who: 'nobody' });
  await stranger.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  await stranger.getByRole('heading', { level: 3, name: 'PaymentError' }).waitFor();
  expect((await fetch(link)).headers.get('x-robots-tag')).toBe('noindex, nofollow');

  await page.getByRole('button', { name: 'Take it back' }).click();
  await page.getByRole('button', { name: 'Make the link' }).waitFor();
  await stranger.reload();
  await stranger.getByText('This link leads nowhere').waitFor();
  await page.goto(`/issues/${issueId}/activity`);
  await page.getByText('admin took the public link back').waitFor();
});

test('public links are switched off for the organization', async () => {
  const page = await screens.visit('/settings/integrations');
  // A click waits until the box is known: it can be used then.
  await page.getByRole('checkbox', { name: /^Issues may be shared/ }).click();
  await page.getByText('Public links are off').waitFor();
  expect((await program.request('PUT', `/api/v1/issues/${issueId}/share`)).status).toBe(403);
  await page.getByRole('checkbox', { name: /^Issues may be shared/ }).click();
  await page.getByText('Public links are on').waitFor();
});

test('a tracker is added, an issue is created there, and another is linked and unlinked', async () => {
  const settings = await screens.visit('/settings/integrations');
  await settings.getByRole('button', { name: 'New tracker' }).click();
  const form = settings.getByRole('dialog');
  await form.getByLabel('Name').fill('Our GitHub');
  await form.getByLabel('Address').fill(trackers.url);
  await form.getByLabel('Token').fill('wrong');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText(/Bad credentials/).waitFor();
  await form.getByLabel('Token').fill(SECRETS.github);
  await form.getByRole('button', { name: 'Save' }).click();
  await settings.getByRole('list', { name: 'Trackers' }).getByText('Our GitHub').waitFor();
  expect(await settings.content()).not.toContain(SECRETS.github);

  const page = await screens.visit(`/issues/${issueId}`);
  const open = async () => {
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('menuitem', { name: /^Link or create/ }).click();
  };
  await open();
  await page.getByRole('radio', { name: 'Create one' }).check({ force: true });
  await page.getByLabel('Repository').fill('acme/shop');
  await photograph(page, 'people-create', {});
  await page.getByRole('button', { name: 'Create', exact: true }).click();
  const links = page.getByRole('list', { name: 'Links' });
  await links.getByText('acme/shop#12').waitFor();

  await open();
  await page.getByLabel('Address').fill(`${trackers.url}/acme/shop/issues/7`);
  await page.getByRole('button', { name: 'Link', exact: true }).click();
  await links.getByText('closed').waitFor();
  await links.getByRole('button', { name: 'Take the link to acme/shop#7 away' }).click();
  await links.getByText('acme/shop#7').waitFor({ state: 'detached' });
  expect((await issue()).links.map(({ name, state }) => `${name} ${state}`)).toEqual(['acme/shop#12 open']);
});

test.each(LOOKS)('looks right: $name', async (look) => {
  await program.request('POST', `/api/v1/issues/${issueId}/comments`, {
    text: 'It began with **1.4**:\n> card declined\n\n```\npay(order)\n```\nSee https://example.test/run, @Grace Hopper and #payments.',
  });
  const shared = await program.request('PUT', `/api/v1/issues/${issueId}/share`);
  const { token } = (await shared.json()) as { token: string };
  expect(
    await walk(
      screens,
      [
        { name: 'people-shared', path: `/share/${token}`, ready: '#stack' },
        { name: 'people-integrations', path: '/settings/integrations', ready: 'text=Public links' },
        { name: 'people-teams', path: '/settings/teams', ready: 'text=#payments' },
        { name: 'people-activity', path: `/issues/${issueId}/activity`, ready: 'article' },
        {
          name: 'people-followers',
          path: `/issues/${issueId}/activity`,
          ready: 'article',
          act: async (page) => {
            await page.getByRole('button', { name: /follow it; followers/i }).click();
            await page.getByRole('dialog', { name: 'Followers' }).waitFor();
          },
        },
        { name: 'people-list', path: '/issues', ready: 'li[data-index]' },
      ],
      look,
    ),
  ).toEqual([]);
});
