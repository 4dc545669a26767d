/** The screens of cron monitors: from the empty page to a job that failed, and what a person does about it. */

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import type { MonitorList } from '#contract/monitors.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, KEY } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

const HOUR_MS = 3_600_000;

async function checkIn(slug: string, body: object) {
  const answer = await fetch(`${program.url}/api/1/cron/${slug}/${KEY}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  expect(answer.ok).toBe(true);
}
const monitors = async () => (await program.get<MonitorList>('/api/v1/monitors')).items;

/** A week of the past, which no client can send: check-ins as the watch would have left them. */
function remember(slug: string, everyMs: number, statusOf: (n: number) => string) {
  const db = new DatabaseSync(join(program.dataDirectory, 'metadata.sqlite'));
  // The program writes meanwhile.
  db.exec('pragma busy_timeout = 20000; begin immediate');
  const { id } = db.prepare('select id from monitor where slug = ?').get(slug) as { id: number };
  const insert = db.prepare(
    `insert into check_in (project_id, monitor_id, check_in_id, environment, release, status, duration_ms, trace_id,
      started_at, updated_at, expected_at) values (1, ?, ?, 'production', 'shop@1.4.0', ?, ?, '', ?, ?, ?)`,
  );
  const now = Date.now();
  for (let n = 1; n * everyMs < 7 * 24 * HOUR_MS; n++) {
    const status = statusOf(n);
    const at = now - n * everyMs;
    const took = status === 'missed' ? null : 42_000 + (n % 7) * 9_000;
    const late = status === 'late' ? 4 * 60_000 : 0;
    insert.run(
      ...([id, `${slug}-${n}`, status === 'late' ? 'ok' : status, took, at + late, at + late, at] as const),
    );
  }
  db.exec('commit');
  db.close();
}

test('the empty page says how to send a first check-in, with the address of this project', async () => {
  const page = await screens.visit('/monitors?project=default');
  await page.getByRole('heading', { name: 'No job has checked in yet' }).waitFor();
  // It has its address when the keys of the project have come.
  const command = page.getByLabel('command with curl', { exact: true });
  const curl = await command.filter({ hasText: program.url }).textContent();
  const address = /curl "([^"]+)"/.exec(curl ?? '')?.[1];
  expect((await fetch(address!)).ok).toBe(true);
  await page.getByRole('link', { name: 'nightly-backup' }).click({ timeout: 20_000 });
  await page.getByRole('heading', { name: 'nightly-backup' }).waitFor();
  await page.getByText('none: nothing can be missed').waitFor();
});

test('a person gives it a schedule, mutes and pauses it, and is told what cannot be', async () => {
  const [monitor] = await monitors();
  const page = await screens.visit(`/monitors/${monitor!.id}`);
  await page.getByRole('button', { name: 'Edit' }).click();
  const form = page.getByRole('dialog');
  await form.getByText('Crontab', { exact: true }).click();
  await form.getByLabel('Crontab line').fill('61 3 * * *');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByRole('alert').getByText('is not a crontab line').waitFor();
  await form.getByLabel('Crontab line').fill('30 3 * * *');
  await form.getByLabel('Time zone').fill('Europe/Berlin');
  await form.getByLabel('Failures for an issue').fill('2');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.waitFor({ state: 'hidden' });
  await page.getByText('30 3 * * *').waitFor();
  await page.getByText('2 failures in a row').waitFor();
  await page.getByText('next expected').waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await page.getByText('Paused: check-ins are kept').waitFor();
  await page.getByRole('button', { name: 'Go on' }).click();
  await page.getByRole('button', { name: 'Mute' }).click();
  await page.getByText('Muted: it is watched').waitFor();
  await page.getByRole('button', { name: 'Unmute' }).click();
  await page.getByRole('button', { name: 'Mute', exact: true }).waitFor();
});

test('a week of jobs, wide and on a phone, light and dark', async () => {
  const hourly = { schedule: { type: 'interval', value: 1, unit: 'hour' }, checkin_margin: 5 };
  const often = { schedule: { type: 'crontab', value: '*/15 * * * *' }, timezone: 'Europe/Berlin' };
  await checkIn('import-orders', { status: 'error', monitor_config: often, environment: 'production' });
  await checkIn('import-orders', { status: 'ok', monitor_config: often, environment: 'staging' });
  await checkIn('send-invoices', { status: 'ok', monitor_config: hourly });
  await checkIn('rebuild-index', { status: 'in_progress', monitor_config: hourly });
  const broken = { schedule: { type: 'crontab', value: 'whenever' } };
  const envelope = JSON.stringify({ monitor_slug: 'old-job', status: 'ok', monitor_config: broken });
  await fetch(`${program.url}/api/1/envelope/?sentry_key=${KEY}`, {
    method: 'POST',
    body: `{}\n{"type":"check_in"}\n${envelope}\n`,
  });
  await eventually(monitors, (list) => list.filter(({ lastCheckInAt }) => lastCheckInAt).length === 5);
  remember('import-orders', HOUR_MS / 4, (n) => (n % 23 === 0 ? 'error' : n % 31 === 0 ? 'timeout' : 'ok'));
  remember('send-invoices', HOUR_MS, (n) => (n > 40 && n < 44 ? 'missed' : n % 17 === 0 ? 'late' : 'ok'));
  const issue = await issueTitled(program, 'Monitor import-orders: failed check-in');
  const list = await eventually(monitors, (all) => all.some(({ state }) => state === 'error'));
  const { id } = list.find(({ slug }) => slug === 'import-orders')!;
  for (const look of LOOKS)
    expect(
      await walk(
        screens,
        [
          { name: 'monitors', path: '/monitors?period=7d', ready: 'text=rebuild-index' },
          { name: 'monitor', path: `/monitors/${id}?period=7d`, ready: 'text=Check-ins over time' },
          {
            name: 'monitor-form',
            path: `/monitors/${id}`,
            ready: 'text=Missed after',
            act: async (page) => {
              await page.getByRole('button', { name: 'Edit' }).click();
              await page.getByRole('dialog').waitFor();
            },
          },
        ],
        look,
      ),
    ).toEqual([]);
  const page = await screens.visit(`/monitors/${id}`);
  await page.getByRole('link', { name: issue.shortId }).click();
  await page.getByRole('heading', { name: 'Monitor import-orders: failed check-in' }).waitFor();
  await page.getByText('Found by the monitor').getByRole('link').click();
  // On the list: the page of the issue has links of the same words.
  await page.getByRole('list', { name: 'Monitors' }).getByRole('link', { name: 'import-orders' }).waitFor();
});

test('the list is walked by keys, and a monitor is deleted with its name', async () => {
  const page = await screens.visit('/monitors');
  await page.getByRole('link', { name: 'old-job' }).waitFor();
  await page.keyboard.press('/');
  await page.keyboard.type('old');
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'import-orders' }).waitFor({ state: 'hidden' });
  await page.getByRole('link', { name: 'old-job' }).click();
  await page.getByText('"whenever" is not a crontab line').waitFor();
  await page.getByRole('button', { name: 'More to do' }).click();
  await page.getByRole('menuitem', { name: 'Delete the monitor' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.waitForURL(/\/monitors(\?|$)/);
  expect((await monitors()).map(({ slug }) => slug)).not.toContain('old-job');
});
