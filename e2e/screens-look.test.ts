/**
 * Every screen with what real SDKs sent, wide and on a phone, light and dark, as support/scenes.ts looks at them.
 */
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { InviteAnswer } from '#contract/people.ts';
import { runNodeShop } from './support/clients.ts';
import { pushLines } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { LOOKS, type Scene, walk } from './support/scenes.ts';
import { MORNING, runHostile, tellMorning } from './support/story.ts';

/** Opens something over the page by a key. */
const open = (key: string) => async (page: Page) => {
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
};
const click = (name: string) => (page: Page) =>
  page.getByRole('button', { name, exact: true }).first().click();

startForAll();
let inside: Scene[];
let outside: Scene[];

beforeAll(async () => {
  await tellMorning(program, screens.browser);
  await Promise.all([
    runHostile(program),
    runNodeShop(program, 'feedback'),
    runNodeShop(program, 'not-kept'),
  ]);
  await pushLines(
    program,
    { service_name: 'shop', host: 'web-1' },
    Array.from({ length: 60 }, (_, n) => ({
      at: Date.now() - n * 20_000,
      text:
        n % 9 ? `level=info msg="order ${n} placed"` : `level=error msg="payment of order ${n} timed out"`,
      fields: { 'order.items': String(n % 4) },
    })),
  );
  const idOf = async (title: string) => (await issueTitled(program, title)).id;
  const [checkout, python, hostile, feedback] = await Promise.all(
    [MORNING.checkout, MORNING.pythonCause, 'HostileError', 'The user saw this'].map(idOf),
  );
  await program.request('POST', '/api/v1/projects', { name: 'Stock', platform: 'python' });
  const invited = await program.request('POST', '/api/v1/members', {
    email: 'g@example.test',
    role: 'member',
  });
  const invite = new URL(((await invited.json()) as InviteAnswer).url);

  outside = [
    { name: 'sign-in', path: '/sign-in', ready: 'text=Forgotten' },
    { name: 'set-up-done', path: '/setup?token=used', ready: 'text=has its administrator' },
    { name: 'invite', path: invite.pathname + invite.search, ready: 'text=As member' },
    { name: 'invite-stale', path: '/invite?token=used', ready: 'text=not valid any more' },
  ];
  inside = [
    { name: 'issues', path: '/issues', ready: 'li[data-index]' },
    {
      name: 'issues-selected',
      path: '/issues?sort=events',
      ready: 'li[data-index]',
      act: async (page) => {
        for (const key of ['j', 'x', 'j', 'x', 'j']) await page.keyboard.press(key);
        await page.getByText('2 selected').waitFor();
      },
    },
    {
      name: 'issues-suggestions',
      path: '/issues',
      ready: 'li[data-index]',
      act: async (page) => {
        await page.getByRole('combobox').fill('is:unresolved le');
        await page.getByRole('option').first().waitFor();
      },
    },
    { name: 'issues-unreadable', path: '/issues?query=is%3Aoften', ready: '[role=alert]' },
    { name: 'issues-no-match', path: '/issues?query=zzzz', ready: 'text=matches' },
    { name: 'issues-waiting', path: '/issues?project=stock', ready: 'text=has not sent anything' },
    { name: 'issue-node', path: `/issues/${checkout}`, ready: '#stack' },
    { name: 'issue-python', path: `/issues/${python}`, ready: '#stack' },
    { name: 'issue-hostile', path: `/issues/${hostile}`, ready: '#stack' },
    { name: 'issue-occurrences', path: `/issues/${checkout}/occurrences`, ready: 'li[data-index]' },
    {
      name: 'issue-tags',
      path: `/issues/${checkout}/tags`,
      ready: 'text=What was compared',
      act: (page) => page.getByText('payment.provider').first().waitFor(),
    },
    { name: 'issue-users', path: `/issues/${checkout}/users`, ready: 'li[data-index]' },
    { name: 'issue-feedback', path: `/issues/${feedback}/users`, ready: 'text=pay button' },
    { name: 'issue-activity', path: `/issues/${feedback}/activity`, ready: 'text=Seen for the first time' },
    { name: 'issue-archive', path: `/issues/${checkout}`, ready: '#stack', act: click('Until when') },
    {
      name: 'issue-grouping',
      path: `/issues/${checkout}/grouping`,
      ready: 'text=Keep kinds apart',
      act: (page) => page.getByText('In-app stack').waitFor(),
    },
    { name: 'issue-raw', path: `/issues/${checkout}/raw`, ready: 'text=event_id' },
    { name: 'issue-gone', path: '/issues/999999', ready: 'text=could not be loaded' },
    { name: 'logs', path: '/logs', ready: 'li[data-index]' },
    {
      name: 'logs-line',
      path: '/logs?query=level:error&columns=level,order.items',
      ready: 'li[data-index]',
      act: async (page) => {
        await page.locator('li[data-index]').first().click();
        await page.getByText('Attributes').waitFor();
      },
    },
    { name: 'logs-no-match', path: '/logs?query=zzzz', ready: 'text=matches' },
    { name: 'logs-unreadable', path: '/logs?query=level%3Aloud', ready: '[role=alert]' },
    { name: 'feedback', path: '/feedback', ready: 'text=pay button' },
    { name: 'alerts-empty', path: '/alerts', ready: 'text=Nothing is watched yet' },
    { name: 'alert-new', path: '/alerts/new', ready: 'text=What it would have said' },
    { name: 'monitors', path: '/monitors', ready: 'text=No job has checked in yet' },
    { name: 'usage', path: '/usage', ready: 'text=The ledger balances', act: click('event') },
    { name: 'noise', path: '/usage/noise', ready: 'text=By issue' },
    { name: 'setup', path: '/projects/stock/setup', ready: 'text=Waiting for the first' },
    { name: 'projects', path: '/settings', ready: 'text=Stock' },
    { name: 'project', path: '/settings/projects/stock', ready: 'text=Switch off' },
    {
      name: 'project-new-key',
      path: '/settings/projects/stock',
      ready: 'text=Switch off',
      act: click('New key'),
    },
    { name: 'project-issues', path: '/settings/projects/stock/issues', ready: 'h2' },
    { name: 'project-filters', path: '/settings/projects/stock/filters', ready: 'h2' },
    { name: 'project-grouping', path: '/settings/projects/stock/grouping', ready: 'h2' },
    { name: 'project-limits', path: '/settings/projects/stock/limits', ready: 'text=Removed in the last' },
    { name: 'project-code', path: '/settings/projects/stock/code', ready: 'h2' },
    { name: 'project-source-maps', path: '/settings/projects/stock/source-maps', ready: 'h2' },
    { name: 'teams', path: '/settings/teams', ready: 'h1:has-text("Teams")' },
    { name: 'notifications', path: '/settings/notifications', ready: 'text=None yet' },
    {
      name: 'notifications-new',
      path: '/settings/notifications',
      ready: 'text=None yet',
      act: click('New channel'),
    },
    { name: 'integrations', path: '/settings/integrations', ready: 'h2' },
    { name: 'audit', path: '/settings/audit', ready: 'ul[aria-label=Entries] li' },
    { name: 'members', path: '/settings/members', ready: 'text=owner' },
    { name: 'tokens', path: '/settings/tokens', ready: 'text=TANDEM_BOOTSTRAP_TOKEN' },
    {
      name: 'tokens-new',
      path: '/settings/tokens',
      ready: 'text=TANDEM_BOOTSTRAP_TOKEN',
      act: click('New token'),
    },
    { name: 'account', path: '/settings/account', ready: 'text=Present password' },
    { name: 'appearance', path: '/settings/appearance', ready: 'text=As the system' },
    {
      name: 'palette',
      path: '/issues',
      ready: 'li[data-index]',
      act: open('Control+k'),
    },
    { name: 'help', path: '/issues', ready: 'li[data-index]', act: open('?') },
    { name: 'nowhere', path: '/nothing/here', ready: 'text=There is no page' },
  ];
});

/** What an injection would try: a style, a picture of its own, HTML from text. Resolves with what was stopped. */
const INJECTION = `new Promise((resolve) => {
  const stopped = [];
  document.addEventListener('securitypolicyviolation', (event) => stopped.push(event.violatedDirective));
  document.head.append(Object.assign(document.createElement('style'), { textContent: 'body { opacity: 0 }' }));
  document.body.append(Object.assign(new Image(), { src: 'data:image/gif;base64,R0lGODlhAQABAAAAACw=' }));
  try {
    document.body.innerHTML = '<b>from text</b>';
  } catch {
    stopped.push('thrown');
  }
  setTimeout(() => resolve(stopped), 500);
})`;

test('the pages are drawn under a policy that stops what a sender might slip in', async () => {
  const page = await screens.visit('/issues');
  await page.locator('li[data-index]').first().waitFor();
  const stopped = await page.evaluate<string[]>(INJECTION);
  expect(stopped.toSorted()).toEqual(['img-src', 'require-trusted-types-for', 'style-src-elem', 'thrown']);
  // What watches the pages of every other test sees each of them.
  const complaint = await screens.leave().catch(String);
  for (const directive of ['style-src', 'img-src', 'TrustedHTML']) expect(complaint).toContain(directive);
});

test.each(['light', 'dark'] as const)('every screen is readable and fits, in %s', async (colorScheme) => {
  const looks = LOOKS.filter((look) => look.colorScheme === colorScheme);
  const wrong = await Promise.all(looks.map((look) => walk(screens, inside, look)));
  const wrongOutside = await Promise.all(looks.map((look) => walk(screens, outside, look, 'nobody')));
  expect([...wrong, ...wrongOutside].flat()).toEqual([]);
});
