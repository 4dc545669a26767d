/** Minified code of a browser, with source maps uploaded by the real sentry-cli: people read what they wrote. */
import { hash, randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventDetail, EventList } from '#contract/events.ts';
import type { IssueList } from '#contract/issues.ts';
import type { ArtifactBundles, IngestKeys } from '#contract/projects.ts';
import type { EventPayload } from '#server/record/event.ts';
import { launchBrowser } from './support/browser.ts';
import { installSentryCli, PROGRAMS, type Ran, run } from './support/clients.ts';
import { pressPay } from './support/minified-page.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';
import { freePort, openLossyProxy } from './support/proxy.ts';

const SCRIPT = '/assets/shop.js';

let program: Program;
let browser: Browser;
let work: string;
let cli3: string;
let cli2: string;

beforeAll(async () => {
  program = await startProgram();
  browser = await launchBrowser();
  work = await mkdtemp(join(tmpdir(), 'tandem-source-maps-'));
  cli3 = await installSentryCli('3.8.0');
  cli2 = await installSentryCli('2.58.2');
});
afterAll(async () => {
  await browser?.close();
  await program?.discard();
  if (work) await rm(work, { recursive: true });
});

/** The page built with Vite into a directory of its own. */
async function buildPage(name: string, sourcemap: true | 'inline' = true): Promise<string> {
  const directory = join(work, name);
  // No two builds are equal, as if the code had changed.
  const entry = join(work, `${name}.js`);
  await writeFile(entry, `import '${PROGRAMS}/minified/page.js';\nwindow.build = '${name}';\n`);
  await build({
    configFile: false,
    logLevel: 'error',
    root: PROGRAMS,
    build: {
      outDir: directory,
      emptyOutDir: true,
      sourcemap,
      minify: true,
      rolldownOptions: {
        input: entry,
        output: { entryFileNames: 'assets/shop.js' },
      },
    },
  });
  return directory;
}

const cli = (binary: string, ...args: string[]) => cliAt(program.url, binary, ...args);

function cliAt(url: string, binary: string, ...args: string[]): Promise<Ran> {
  return run(binary, args, {
    environment: {
      SENTRY_URL: url,
      SENTRY_AUTH_TOKEN: TOKEN,
      SENTRY_ORG: 'default',
      SENTRY_PROJECT: 'default',
    },
  });
}

const pay = (directory: string, cart: string, more: { release?: string; dist?: string; dsn?: string } = {}) =>
  pressPay(browser, directory, { script: SCRIPT, dsn: program.dsn, cart, ...more });

/** The event of a cart, whichever issue it is in, once it is there. */
async function eventOf(cart: string): Promise<EventDetail> {
  const find = async () => {
    const { items } = await program.get<IssueList>('/api/v1/issues?limit=100');
    for (const { id } of items) {
      const events = await program.get<EventList>(`/api/v1/issues/${id}/events`);
      const event = events.items.find(({ title }) => title.endsWith(`cart ${cart}`));
      if (event) return program.get<EventDetail>(`/api/v1/issues/${id}/events/${event.id}`);
    }
    return null;
  };
  return (await eventually(find, (event) => event !== null))!;
}

function frames({ payload }: EventDetail) {
  const { exception } = payload as unknown as EventPayload;
  return exception!.values[0]!.stacktrace!.frames;
}

/** The frame that threw, as the person wrote it. */
const THROWN = {
  function: 'chargeCard',
  filename: expect.stringMatching(/minified\/cart\.js$/),
  lineno: 9,
  in_app: true,
  pre_context: expect.arrayContaining(['    // The line that a person should see.']),
  context_line: expect.stringContaining('    throw new PaymentError(`Card declined for cart'),
  post_context: expect.arrayContaining(['  return cart.total;']),
};

test('an error of minified code ends as the line that threw, with the source around it', async () => {
  const directory = await buildPage('debug-ids');
  await pay(directory, 'too-early');
  await eventOf('too-early');

  const injected = await cli(cli3, 'sourcemaps', 'inject', directory);
  expect(injected).toMatchObject({ code: 0 });
  const uploaded = await cli(cli3, 'sourcemaps', 'upload', '--wait', directory);
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  await pay(directory, 'A-17');
  const event = await eventOf('A-17');
  expect(frames(event).at(-1)).toMatchObject(THROWN);
  expect(frames(event).at(-2)).toMatchObject({ function: 'checkOut', lineno: 15 });
});

test('generated frames are kept beside the readable ones', async () => {
  const { payload } = await eventOf('A-17');
  const [exception] = (payload as unknown as EventPayload).exception!.values;
  const raw = exception!.raw_stacktrace!.frames.at(-1)!;
  expect(raw.abs_path).toMatch(/assets\/shop\.js$/);
  expect(raw.function).not.toBe('chargeCard');
});

test('what has no source map says so, and is readable when the map comes later', async () => {
  const directory = await buildPage('later');
  await cli(cli3, 'sourcemaps', 'inject', directory);
  await pay(directory, 'later');
  const before = await eventOf('later');
  expect(frames(before).at(-1)!.context_line).toBeUndefined();
  expect(before.frameProblems.at(-1)).toMatchObject({ exception: 0, code: 'file_missing' });

  const uploaded = await cli(cli3, 'sourcemaps', 'upload', directory);
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  const after = await eventOf('later');
  expect(frames(after).at(-1)).toMatchObject(THROWN);
  expect(after.frameProblems).toEqual([]);
});

test('sentry-cli 2 and a release without debug ids: found by release, dist and address', async () => {
  const directory = await buildPage('release');
  const uploaded = await cli(
    ...([cli2, 'sourcemaps', 'upload', '--release', 'web@2.0', '--dist', '7'] as const),
    ...['--url-prefix', '~/assets', '--wait', join(directory, 'assets')],
  );
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  await pay(directory, 'other-release', { release: 'web@1.9', dist: '7' });
  await pay(directory, 'other-dist', { release: 'web@2.0', dist: '8' });
  await pay(directory, 'B-2', { release: 'web@2.0', dist: '7' });
  expect(frames(await eventOf('B-2')).at(-1)).toMatchObject(THROWN);
  for (const cart of ['other-release', 'other-dist']) {
    const { frameProblems } = await eventOf(cart);
    expect(frameProblems.at(-1)).toMatchObject({ code: 'file_missing' });
  }
});

test('the artifacts of a project are nobody else’s, and go when they are deleted', async () => {
  const created = await program.request('POST', '/api/v1/projects', { name: 'Other', platform: '' });
  expect(created.status).toBe(201);
  const keys = await program.get<IngestKeys>('/api/v1/projects/other/keys');
  const { dsn } = keys[0]!;
  const directory = await buildPage('mine');
  await cli(cli3, 'sourcemaps', 'inject', directory);
  const release = 'mine@1';
  const uploaded = await cli(cli3, 'sourcemaps', 'upload', '--release', release, directory);
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  await pay(directory, 'theirs', { dsn, release });
  await pay(directory, 'mine', { release });
  expect((await eventOf('theirs')).frameProblems.at(-1)).toMatchObject({
    code: 'artifacts_missing',
  });
  expect(frames(await eventOf('mine')).at(-1)).toMatchObject(THROWN);

  const list = () => program.get<ArtifactBundles>('/api/v1/projects/default/artifacts?release=mine%401');
  const [bundle] = (await list()).items;
  expect(bundle!.files).toContainEqual({
    kind: 'source_map',
    url: '~/assets/shop.js.map',
    debugId: expect.stringMatching(/^[0-9a-f]{32}$/),
    bytes: expect.any(Number),
  });
  expect((await program.request('DELETE', `/api/v1/projects/other/artifacts/${bundle!.id}`)).status).toBe(
    404,
  );
  expect((await program.request('DELETE', `/api/v1/projects/default/artifacts/${bundle!.id}`)).status).toBe(
    204,
  );
  expect((await list()).items).toEqual([]);
});

test('a map inside of its file is read from there', async () => {
  const directory = await buildPage('inline', 'inline');
  const uploaded = await cli(
    ...([cli3, 'sourcemaps', 'upload', '--release', 'inline@1'] as const),
    ...['--url-prefix', '~/assets', join(directory, 'assets')],
  );
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  await pay(directory, 'inline', { release: 'inline@1' });
  expect(frames(await eventOf('inline')).at(-1)).toMatchObject(THROWN);
});

test('an upload that was cut off goes on where it stopped', async () => {
  const directory = await buildPage('large');
  // What does not pack: eight pieces, in two requests or more.
  const noise = randomBytes(30 * 1024 * 1024).toString('base64');
  await writeFile(join(directory, 'assets', 'noise.js'), `window.noise = '${noise}';\n`);
  const port = await freePort();
  let requests = 0;
  let isOffline = true;
  let asked = 0;
  const assembled: { missingChunks: string[] }[] = [];
  const proxy = await openLossyProxy(
    port,
    (path, method) => path.endsWith('/chunk-upload/') && method === 'POST' && ++requests > 1 && isOffline,
    (path, body) => {
      if (path.endsWith('/artifactbundle/assemble/')) assembled.push(JSON.parse(body));
    },
  );
  const behind = await startProgram({ port, environment: { TANDEM_PUBLIC_URL: proxy.url } });
  try {
    const upload = () => cliAt(proxy.url, cli3, 'sourcemaps', 'upload', '--release', 'large@1', directory);
    expect((await upload()).code).not.toBe(0);
    isOffline = false;
    asked = assembled.length;
    const again = await upload();
    expect(again, again.output).toMatchObject({ code: 0 });
  } finally {
    proxy.close();
    await behind.discard();
  }
  const missing = assembled.map(({ missingChunks }) => missingChunks.length);
  expect(missing[0]).toBeGreaterThan(2);
  expect(missing[asked]).toBeLessThan(missing[0]!);
});

test('a bundle that lies is refused with the reason, and a piece that is none is not kept', async () => {
  const upload = (name: string, bytes: Uint8Array<ArrayBuffer>) => {
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    return fetch(`${program.url}/api/0/organizations/default/chunk-upload/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${TOKEN}` },
      body: form,
    });
  };
  const assemble = async (checksum: string, chunks: string[]) =>
    (
      await program.request('POST', '/api/0/organizations/default/artifactbundle/assemble/', {
        ...{ checksum, chunks, projects: ['default'] },
      })
    ).json();
  const garbage = new TextEncoder().encode('SYSB, and then nothing of a ZIP');
  const name = hash('sha1', garbage);
  expect(await assemble(name, [name])).toEqual({ state: 'not_found', missingChunks: [name], detail: null });
  expect((await upload('0'.repeat(40), garbage)).status).toBe(400);
  expect((await upload(name, garbage)).status).toBe(200);
  expect(await assemble(name, [name])).toMatchObject({
    state: 'error',
    missingChunks: [],
    detail: expect.stringContaining('no ZIP archive'),
  });
  expect(await assemble('0'.repeat(40), [name])).toMatchObject({
    state: 'error',
    detail: expect.stringContaining(`its pieces make the SHA-1 ${name}`),
  });
});
