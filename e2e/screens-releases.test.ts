/** Releases and code: what sentry-cli told of them, found again beside the errors. */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScreens, photograph, type Screens } from './support/browser.ts';
import { issueTitled, ledger } from './support/look.ts';
import { EMAIL, KEY, type Program, startProgram } from './support/program.ts';
import { CUSTOMERS, MORNING, runCheckout } from './support/story.ts';

const SHA = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
const RELEASE = 'checkout@2.14.0';
const NEXT = 'checkout@2.14.1';

let program: Program;
let screens: Screens;
let issueId: string;
beforeAll(async () => {
  program = await startProgram();
  screens = await openScreens(program);
  const ask = async (method: string, path: string, body: unknown) => {
    const answer = await program.request(method, path, body);
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  };
  await ask('PUT', '/api/v1/projects/default/ownership', {
    rules: `path:checkout.mjs #payments ${EMAIL}`,
    codeowners: '* @acme/everybody',
    assigns: true,
  });
  await runCheckout(program, CUSTOMERS, 6);
  await ledger(program, (lines) => (lines['event stored'] ?? 0) === CUSTOMERS);
  await sendSessions();
  const url = `/api/0/organizations/default/releases/`;
  for (const version of [RELEASE, NEXT])
    await ask('PUT', `${url}${encodeURIComponent(version)}/`, {
      url: 'https://ci.example.test/builds/2140',
      ...(version === RELEASE ? { dateReleased: new Date(Date.now() - 6 * 86_400_000).toISOString() } : {}),
      commits: [
        {
          id: SHA,
          repository: 'acme/checkout',
          author_name: 'Ada Lovelace',
          author_email: 'ada@example.test',
          message: 'Ask the provider once more before giving up\n\nIt has been slow lately.',
          timestamp: new Date(Date.now() - 7 * 86_400_000).toISOString(),
          patch_set: [
            { path: 'src/checkout.mjs', type: 'M' },
            { path: 'docs/provider.md', type: 'A' },
          ],
        },
        { id: 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391', repository: 'acme/checkout' },
      ],
    });
  await ask('POST', `${url}${encodeURIComponent(NEXT)}/deploys/`, {
    environment: 'production',
    name: 'blue',
  });
  await ask('POST', '/api/v1/projects/default/code-mappings', {
    ...{ repository: 'acme/checkout', stackRoot: 'app:///', sourceRoot: 'src/' },
  });
  issueId = (await issueTitled(program, MORNING.checkout)).id;
});
afterEach(() => screens.leave());
afterAll(async () => {
  await screens?.close();
  await program?.discard();
});

/** As an SDK of an app sends them: of both releases, one in twenty with a crash. */
async function sendSessions() {
  const items = [RELEASE, NEXT].flatMap((release, of) =>
    Array.from({ length: 40 }, (_, n) => ({
      sid: `${of}${n}`.padStart(32, '0'),
      did: `user ${n % 13}`,
      init: true,
      started: new Date(Date.now() - n * 1_800_000).toISOString(),
      status: n % 20 === of * 7 + 1 ? 'crashed' : 'exited',
      errors: 0,
      attrs: { release, environment: 'production' },
    })),
  );
  const lines = items.map((item) => `{"type":"session"}\n${JSON.stringify(item)}\n`).join('');
  const answer = await fetch(`${program.url}/api/1/envelope/?sentry_key=${KEY}`, {
    method: 'POST',
    body: `{}\n${lines}`,
  });
  expect(answer.status).toBe(200);
  await ledger(program, (counts) => (counts['session stored'] ?? 0) >= items.length);
}

async function looksWell(page: Page, name: string) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')).toEqual([]);
  const wide = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  expect(wide).toBeLessThanOrEqual(0);
  await photograph(page, name);
}

const LOOKS = [
  ['wide', { width: 1440, height: 900, colorScheme: 'light' }],
  ['dark', { width: 1440, height: 900, colorScheme: 'dark' }],
  ['phone', { width: 390, height: 844, colorScheme: 'light' }],
] as const;

test.each(LOOKS)('the list, a release and an issue with its code look well: %s', async (name, look) => {
  const page = await screens.visit('/releases?period=14d', { look });
  await page.getByRole('list', { name: 'Releases' }).getByText('2.14.1').waitFor();
  await looksWell(page, `releases-${name}`);
  await page.goto(`${program.url}/releases/${encodeURIComponent(NEXT)}`);
  await page.getByRole('list', { name: 'Commits' }).getByText('Ask the provider').waitFor();
  await page.getByRole('heading', { name: 'Sessions' }).waitFor();
  await looksWell(page, `release-${name}`);
  await page.goto(`${program.url}/issues/${issueId}`);
  await page.getByRole('list', { name: 'Suspect commits' }).waitFor();
  await looksWell(page, `issue-code-${name}`);
});

test('the list leads to a release by keys, and that to its older one and to an issue', async () => {
  const page = await screens.visit('/releases');
  await page.getByRole('list', { name: 'Releases' }).getByText('2.14.1').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/releases\/checkout(@|%40)2\.14\.1/);
  await page.getByText('Compared with').waitFor();
  await page.getByText('production').first().waitFor();
  await page.keyboard.press('h');
  await page.waitForURL(/2\.14\.0/);
  await page.getByRole('list', { name: 'Issues of the release' }).getByText('PaymentError').click();
  await page.waitForURL(new RegExp(`/issues/${issueId}`));
});

test('an issue knows the commit, the owner and the line of code', async () => {
  const page = await screens.visit(`/issues/${issueId}`);
  const suspects = page.getByRole('list', { name: 'Suspect commits' });
  await suspects.getByText('Ask the provider once more').waitFor();
  expect(await suspects.textContent()).toContain('src/checkout.mjs');
  await page.getByText('#payments').first().waitFor();
  // The first owner is a team that nobody knows here, so the next one has it.
  await page.getByRole('button', { name: /^Assignee: (?!Unassigned)/ }).waitFor();
  const link = page.getByRole('link', { name: 'Open the line in acme/checkout' }).first();
  expect(await link.getAttribute('href')).toMatch(
    new RegExp(`^https://github\\.com/acme/checkout/blob/${SHA}/src/checkout\\.mjs#L\\d+$`),
  );
  await page.getByRole('link', { name: RELEASE }).first().click();
  await page.getByRole('heading', { level: 1 }).getByText('2.14.0').waitFor();
});

test.each(LOOKS)('the settings of code look well: %s', async (name, look) => {
  const page = await screens.visit('/settings/repositories', { look });
  await page.getByRole('list', { name: 'Repositories' }).getByText('acme/checkout').first().waitFor();
  await looksWell(page, `repositories-${name}`);
  await page.goto(`${program.url}/settings/projects/default/code`);
  await page.getByRole('list', { name: 'Code mappings' }).waitFor();
  await page.getByText('Owners that are no person and no team here').scrollIntoViewIfNeeded();
  await looksWell(page, `ownership-${name}`);
});

test('rules that cannot be read lead to their line, and nothing is saved until they can', async () => {
  const page = await screens.visit('/settings/projects/default/code');
  const rules = page.getByRole('textbox', { name: 'Rules', exact: true });
  await rules.fill('path:src/* ada@example.test\nfile:src/pay.js ada@example.test');
  await page.getByRole('button', { name: 'Save ownership' }).click();
  const problem = page.getByRole('button', { name: /^Line 2: .*"file" is not known/ });
  await problem.click();
  expect(await page.evaluate<string>('String(document.activeElement.selectionStart)')).toBe('28');
  const kept = await program.get<{ rules: string }>('/api/v1/projects/default/ownership');
  expect(kept.rules).toBe(`path:checkout.mjs #payments ${EMAIL}`);
  await rules.fill(`path:src/* ${EMAIL}`);
  await page.getByRole('button', { name: 'Save ownership' }).click();
  await page.getByText('Saved').waitFor();
});

test('a repository of a server of one’s own gets its links by choosing what it is', async () => {
  const page = await screens.visit('/settings/repositories');
  await page.getByRole('button', { name: 'New repository' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Name').fill('acme/stock');
  await dialog.getByLabel('Address').fill('https://git.acme.test/acme/stock');
  await dialog.getByRole('button', { name: 'Save' }).click();
  const row = page.getByRole('listitem').filter({ hasText: 'acme/stock' });
  await row.getByText('No links yet').waitFor();
  await row.getByRole('button', { name: 'Change' }).click();
  await dialog.getByLabel('Code host').selectOption('Gitea or Forgejo');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await row.getByText('Gitea or Forgejo').waitFor();
});
