/**
 * Takes the pictures of README.md and docs/demo.md: the shop of the demo breaks in front of a running program, once with
 * traces and once without. `node tools/readme-image.ts`; it takes some minutes, and wants a machine that does nothing else.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { INCIDENTS } from '#demo/incidents.ts';
import { makeChannels, openReceivers } from '#demo/notifications.ts';
import { issueOf, play } from '#demo/play.ts';
import { openTandem } from '#demo/tandem.ts';
import { watch } from '#demo/watch.ts';
import { openScreens, type Screens } from '#e2e/support/browser.ts';
import { installPython, installSentryCli } from '#e2e/support/clients.ts';
import { eventually, startProgram, TOKEN } from '#e2e/support/program.ts';

const PICTURES = 'docs/images';
const LOOK = { width: 1440, height: 960, colorScheme: 'light' } as const;
const USERS = 50;
/** What is seen of the logs around the moment it broke, ms. */
const BEFORE_MS = 45_000;
const AFTER_MS = 25_000;
/** Until all that was sent is stored, and has a bar of its own in a chart, ms. */
const STORED_MS = 10_000;

const [python, cli] = await Promise.all([installPython(), installSentryCli('3.8.0')]);
await takePictures({ traces: true });
await takePictures({ traces: false });

async function takePictures({ traces }: { traces: boolean }): Promise<void> {
  const receivers = await openReceivers();
  const program = await startProgram({ environment: receivers.environment });
  const screens = await openScreens(program);
  const tandem = await openTandem(program.url, TOKEN, 'shop');
  await watch(tandem, USERS, await makeChannels(tandem, receivers));
  const incident = INCIDENTS[0]!;
  const played = await play({ tandem, incident, python, cli, traces, users: USERS, say: console.log });
  try {
    const { id } = await issueOf(tandem, incident, ({ users }) => users >= USERS);
    await played.traffic.pause();
    const mail = await eventually(async () => receivers.mailbox.mails[0], Boolean);
    await sleep(STORED_MS);
    if (!traces) return await photograph(screens, `/issues/${id}/story`, '#likely-cause', 'story');
    await photograph(screens, `/issues/${id}/story?why=trace,event`, '#likely-cause', 'issue');
    const from = new Date(played.hitAt - BEFORE_MS).toISOString();
    const to = new Date(played.hitAt + AFTER_MS).toISOString();
    await photograph(screens, `/logs?project=shop&from=${from}&to=${to}`, 'li[data-index]', 'logs');
    await photographMail(screens, mail!.text);
  } finally {
    await played.stop();
    await screens.close();
    await program.discard();
    receivers.close();
  }
}

async function photograph(screens: Screens, path: string, ready: string, name: string): Promise<void> {
  const page = await screens.visit(path, { look: LOOK });
  await page.locator(ready).first().waitFor();
  await page.screenshot({ path: `${PICTURES}/${name}.png` });
}

async function photographMail(screens: Screens, text: string): Promise<void> {
  const page = await screens.browser.newPage({ viewport: { width: 720, height: 400 } });
  await page.setContent(text.slice(text.indexOf('<!doctype html')));
  await page.locator('body').screenshot({ path: `${PICTURES}/alert-mail.png` });
}
