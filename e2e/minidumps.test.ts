/** Real minidumps: of a Chromium that is crashed for the test, posted as crash reporters do. */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { chromium } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { EventDetail } from '#contract/events.ts';
import { photograph } from './support/browser.ts';
import { eventTitled, issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, KEY } from './support/program.ts';

startForAll();

let dump: Buffer;
beforeAll(async () => {
  dump = await crashChromium();
});

/** Its crash reporter, Crashpad, writes a dump of the renderer that dies at chrome://crash. */
async function crashChromium(): Promise<Buffer> {
  const directory = mkdtempSync(join(tmpdir(), 'tandem-crash-'));
  const context = await chromium.launchPersistentContext(join(directory, 'profile'), {
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    ignoreDefaultArgs: ['--disable-breakpad'],
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--enable-crash-reporter',
      `--crash-dumps-dir=${directory}`,
    ],
    env: { ...process.env, CHROME_HEADLESS: '1', BREAKPAD_DUMP_LOCATION: directory },
  });
  const page = await context.newPage();
  await page.goto('chrome://crash').catch(() => {});
  const found = await eventually(
    async () =>
      readdirSync(directory, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.dmp')),
    (names) => names.length > 0 && readFileSync(join(directory, names[0]!)).length > 1_000,
  );
  const bytes = readFileSync(join(directory, found[0]!));
  await context.close();
  rmSync(directory, { recursive: true, force: true });
  return bytes;
}

/** The form of a crash reporter, whole in memory. */
async function post(
  fields: [string, string][],
  file: Buffer | null,
  options: { gzip?: boolean; path?: string } = {},
) {
  const form = new FormData();
  for (const [name, value] of fields) form.append(name, value);
  if (file) form.append('upload_file_minidump', new Blob([new Uint8Array(file)]), 'chromium.dmp');
  const request = new Request('http://localhost/', { method: 'POST', body: form });
  const body = Buffer.from(await request.arrayBuffer());
  return fetch(`${program.url}/api/1/minidump${options.path ?? '/'}?sentry_key=${KEY}`, {
    method: 'POST',
    headers: {
      'content-type': request.headers.get('content-type')!,
      ...(options.gzip ? { 'content-encoding': 'gzip' } : {}),
    },
    body: new Uint8Array(options.gzip ? gzipSync(body) : body),
  });
}

test('a crash of Chromium is an issue that says why, where, with which modules and threads', async () => {
  const sent = await post(
    [
      ['sentry', JSON.stringify({ release: 'browser@1.0.0', environment: 'desktop', user: { id: 'ann' } })],
      ['ptype', 'renderer'],
    ],
    dump,
    { gzip: true },
  );
  expect(sent.status).toBe(200);
  const eventId = (await sent.text()).replaceAll('-', '');
  expect(eventId).toMatch(/^[0-9a-f]{32}$/);
  const { payload, attachments } = await eventTitled(program, 'SIGSEGV: SEGV_MAPERR in chromium');
  expect(payload).toMatchObject({
    event_id: eventId,
    level: 'fatal',
    platform: 'native',
    release: 'browser@1.0.0',
    environment: 'desktop',
    user: { id: 'ann' },
    extra: { ptype: 'renderer' },
    contexts: { os: { name: 'Linux' }, device: { arch: expect.any(String) } },
    modules: { chromium: expect.stringMatching(/^[0-9a-f-]{36}/) },
    exception: { values: [{ type: 'SIGSEGV', mechanism: { type: 'minidump', handled: false } }] },
  });
  const { threads } = payload as { threads: { values: { name?: string; crashed?: boolean }[] } };
  expect(threads.values.filter(({ crashed }) => crashed)).toHaveLength(1);
  expect(attachments).toEqual([
    expect.objectContaining({
      name: 'chromium.dmp',
      attachmentType: 'event.minidump',
      bytes: dump.length,
      preview: null,
    }),
  ]);
  const download = await program.request('GET', attachments[0]!.url);
  expect(Buffer.from(await download.arrayBuffer()).equals(dump)).toBe(true);
});

test('the fields may be spelled one by one, the address without its slash; the same crash is the same issue', async () => {
  const fields: [string, string][] = [
    ['sentry[release]', 'browser@1.0.1'],
    ['sentry[tags][channel]', 'beta'],
  ];
  const sent = await post(fields, dump, { path: '' });
  const eventId = (await sent.text()).replaceAll('-', '');
  const { id } = await issueTitled(program, 'SIGSEGV: SEGV_MAPERR in chromium');
  await eventually(
    () => program.get<{ events: number }>(`/api/v1/issues/${id}`),
    ({ events }) => events === 2,
  );
  // Both say the same time: that of the dump.
  const { payload } = await eventually(
    () => program.get<EventDetail>(`/api/v1/issues/${id}/events/${eventId}`),
    () => true,
  );
  expect(payload).toMatchObject({
    release: 'browser@1.0.1',
    tags: expect.arrayContaining([['channel', 'beta']]),
  });
});

test('what is no dump is refused with a sentence; a dump that is cut is an issue all the same', async () => {
  const said = async (answer: Promise<Response>) => {
    const { status, headers } = await answer;
    return [status, headers.get('x-sentry-error')];
  };
  expect(await said(post([], null))).toEqual([400, expect.stringContaining('upload_file_minidump')]);
  expect(await said(post([], Buffer.from('not a dump')))).toEqual([400, expect.stringContaining('MDMP')]);
  expect((await post([['sentry', '{"release":"cut@1"}']], dump.subarray(0, 400))).status).toBe(200);
  const { payload } = await eventTitled(program, 'its minidump is attached');
  expect(payload).toMatchObject({ release: 'cut@1' });
});

test('its page shows the threads and the modules', async () => {
  const { id } = await issueTitled(program, 'SIGSEGV: SEGV_MAPERR in chromium');
  const page = await screens.visit(`/issues/${id}`);
  await page.getByRole('heading', { name: 'Packages' }).waitFor();
  await page.getByText('chromium.dmp').waitFor();
  await photograph(page, 'minidump', { whole: true });
});
