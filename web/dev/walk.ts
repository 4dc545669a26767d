/// <reference types="node" />
/**
 * Walks through a running program as a person does, with keyboard and mouse, and says what did not work:
 *
 *     node web/dev/walk.ts http://127.0.0.1:4000 <e-mail> <password> <ingest key of project 1>
 *
 * It leaves a few issues behind and takes its project, key, token and invitation away again.
 */
import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { launchChromium } from './chromium.ts';

const [url = '', email = '', password = '', key = ''] = process.argv.slice(2);
const name = `walk${Date.now() % 1_000_000}`;
const browser = await launchChromium();
const page = await (await browser.newContext({ viewport: { width: 1440, height: 900 } })).newPage();
page.on('pageerror', (error) => console.log('    script error:', error.message));

const rows = page.locator('li[data-index]');
const row = (text: string) => rows.filter({ hasText: text });
const press = async (...keys: string[]) => {
  for (const each of keys) await page.keyboard.press(each);
};

/** One error whose group is decided by its text. */
async function send(text: string, dsn = `${url.replace('://', `://${key}@`)}/1`) {
  const { protocol, host, username, pathname } = new URL(dsn);
  const answer = await fetch(`${protocol}//${host}/api${pathname}/store/?sentry_key=${username}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({
      event_id: randomUUID().replaceAll('-', ''),
      platform: 'node',
      exception: {
        values: [
          {
            type: 'WalkError',
            value: text,
            stacktrace: { frames: [{ function: text, filename: 'walk.js', lineno: 1, in_app: true }] },
          },
        ],
      },
    }),
  });
  if (!answer.ok) throw new Error(`sending was answered ${answer.status}: ${await answer.text()}`);
}

const STEPS: Record<string, () => Promise<unknown>> = {
  'a deep link survives signing in': async () => {
    await page.goto(`${url}/issues?query=level%3Aerror&sort=events`);
    await page.getByLabel('E-mail').fill(email);
    await page.getByLabel('Password').fill(password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.waitForURL(/issues\?query=level%3Aerror&sort=events/);
  },
  'a new issue is counted, and shown when asked for': async () => {
    await send(`${name}first`);
    await page.goto(`${url}/issues`);
    await row(`${name}first`).waitFor();
    await send(name);
    await page.getByRole('button', { name: /\d new/ }).waitFor();
    await press('.');
    await row(name).first().waitFor();
  },
  'numbers change in place': async () => {
    await send(name);
    await row(`WalkError ${name}`).locator('[title^="2 events"]').waitFor();
  },
  'j and e resolve, and undo brings it back where it was': async () => {
    const before = await rows.count();
    await press('j', 'e');
    await page.getByText(/^Resolved /).waitFor();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.waitForFunction(
      (count) => document.querySelectorAll('li[data-index]').length === count,
      before,
    );
  },
  'enter opens an issue, esc comes back to its row': async () => {
    await press('j');
    const opened = rows.filter({ has: page.locator(':focus') });
    await opened.waitFor();
    const title = await opened.getByRole('link').textContent();
    await press('Enter');
    await page.locator('#stack, #message').first().waitFor();
    await press('Escape');
    await page.locator('li[data-index] :focus', { hasText: title ?? '' }).waitFor();
  },
  'a resolved issue that comes back says so while one looks': async () => {
    await page.getByRole('link', { name: `WalkError ${name}`, exact: true }).click();
    await page.locator('#stack').waitFor();
    await press('e');
    await page.getByRole('button', { name: 'Unresolve' }).waitFor();
    await page.waitForTimeout(1500); // Only an event after the resolution is a regression.
    await send(name);
    await page.getByText('Regressed').first().waitFor();
    await page.getByRole('button', { name: 'A newer one has arrived' }).click();
    await page.getByText('· 1 of 3').waitFor();
  },
  'h and l walk through the occurrences': async () => {
    await press('h');
    await page.getByText('· 2 of 3').waitFor();
    await press('H');
    await page.getByText('Oldest occurrence').waitFor();
    await press('L');
    await page.getByText('Latest occurrence').waitFor();
  },
  'numbers choose tabs': async () => {
    await press('3');
    await page.waitForURL(/occurrences/);
    await press('6');
    await page.getByText('Came back after it was resolved').waitFor();
  },
  'the search suggests keys and values': async () => {
    await page.goto(`${url}/issues`);
    await rows.first().waitFor();
    await press('/', 'End');
    await page.keyboard.type(' lev');
    await press('ArrowDown', 'Enter');
    await page.keyboard.type('err');
    await press('ArrowDown', 'Enter');
    await page.waitForURL(/query=is%3Aunresolved\+level%3Aerror/);
  },
  'a search that cannot be read is marked where it is wrong': async () => {
    await page.getByRole('combobox').fill('is:unresolved age:never');
    await press('Enter');
    await page.getByRole('alert').locator('mark', { hasText: /never/ }).waitFor();
  },
  'the palette finds an issue by its words': async () => {
    await press('Escape', 'Control+k');
    await page.getByRole('dialog').waitFor();
    await page.keyboard.type(`${name}first`);
    await page.getByRole('option', { name: new RegExp(`${name}first`) }).waitFor();
    await press('Enter');
    await page.locator('#stack').waitFor();
  },
  'g u and g s go to other screens': async () => {
    await press('g', 'u');
    await page.getByText('The ledger').first().waitFor();
    await press('g', 's');
    await page.getByRole('heading', { name: 'Projects' }).waitFor();
  },
  'a new project waits for its first event and shows it': async () => {
    await page.getByRole('button', { name: 'New project' }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Waiting for the first event').waitFor();
    await send('first of all', (await page.locator('code', { hasText: '@' }).first().textContent()) ?? '');
    await page.getByText('It arrived').waitFor();
    await page.getByRole('link', { name: 'Open the issue' }).click();
    await page.locator('#stack').waitFor();
  },
  'a project is deleted by typing its name': async () => {
    await page.goto(`${url}/settings/projects/${name}`);
    await page.getByRole('button', { name: 'Delete the project' }).click();
    await page.getByLabel(`Type ${name} to confirm`).fill(name);
    await page.getByRole('button', { name: 'Delete for ever' }).click();
    await page.getByText(`Deleted ${name}`).waitFor();
  },
  'a key is made, limited, switched off and deleted': async () => {
    await page.goto(`${url}/settings/projects/default`);
    await page.getByRole('button', { name: 'New key' }).click();
    await page.getByLabel('Label').fill(name);
    await page.getByLabel('At most').fill('1000');
    await page.getByRole('button', { name: 'Create' }).click();
    const line = page.getByRole('listitem').filter({ hasText: name });
    await line.getByText('at most 1,000 in a minute').waitFor();
    await line.getByRole('button', { name: 'Switch off' }).click();
    await line.getByText('Off', { exact: true }).waitFor();
    await line.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await line.waitFor({ state: 'detached' });
  },
  'a token is shown once and revoked': async () => {
    await page.goto(`${url}/settings/tokens`);
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('Name').fill(name);
    await page.getByRole('button', { name: 'Create' }).click();
    await page.getByText('Copy it now').waitFor();
    await page.getByRole('button', { name: 'I have it' }).click();
    await page
      .getByRole('listitem')
      .filter({ hasText: name })
      .getByRole('button', { name: 'Revoke' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByText(`Revoked ${name}`).waitFor();
  },
  'an invitation is accepted by its link': async () => {
    await page.goto(`${url}/settings/members`);
    await page.getByRole('button', { name: 'Invite' }).click();
    await page.getByLabel('E-mail').fill(`${name}@example.com`);
    await page.getByRole('button', { name: 'Make the link' }).click();
    const link = (await page.getByRole('dialog').locator('pre').textContent()) ?? '';
    const guest: Page = await (await browser.newContext()).newPage();
    await guest.goto(link.trim());
    await guest.getByLabel('Your name').fill(name);
    await guest.getByLabel('Password').fill('a long enough password');
    await guest.getByRole('button', { name: 'Join' }).click();
    await guest.getByRole('heading', { name: 'Issues' }).waitFor();
    await page.getByRole('button', { name: 'Done' }).click();
    await page.reload();
    await page
      .getByRole('listitem')
      .filter({ hasText: name })
      .getByRole('button', { name: 'Remove' })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
    await page.getByText(`Removed ${name}`).waitFor();
  },
  'a wrong present password is said': async () => {
    await page.goto(`${url}/settings/account`);
    await page.getByLabel('Present password').fill('not the password');
    await page.getByLabel('New password').fill('a long enough password');
    await page.getByRole('button', { name: 'Change the password' }).click();
    await page.getByRole('alert').waitFor();
  },
  'whoever signs out sees nothing any more': async () => {
    await page.getByTitle('Account').locator('visible=true').click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goto(`${url}/issues`);
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
  },
};

for (const [step, run] of Object.entries(STEPS)) {
  try {
    await run();
    console.log(`✓ ${step}`);
  } catch (error) {
    console.log(`✗ ${step}\n    ${String(error).split('\n').slice(0, 3).join(' ')}`);
    process.exitCode = 1;
  }
}
await browser.close();
