/** Minified code of a browser, with source maps uploaded by the real sentry-cli: people read what they wrote. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { build } from 'vite';
import type { EventDetail } from '#contract/api.ts';
import type { EventPayload } from '#server/record/event.ts';
import { launchBrowser } from './support/browser.ts';
import { installNpm, PROGRAMS, type Ran, run } from './support/clients.ts';
import { eventTitled } from './support/look.ts';
import { pressPay } from './support/minified-page.ts';
import { type Program, startProgram, TOKEN } from './support/program.ts';

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
  cli3 = join(await installNpm('sentry-cli-3.8.0', ['@sentry/cli@3.8.0']), 'node_modules/.bin/sentry-cli');
  cli2 = join(await installNpm('sentry-cli-2.58.2', ['@sentry/cli@2.58.2']), 'node_modules/.bin/sentry-cli');
});
afterAll(async () => {
  await browser?.close();
  await program?.discard();
  if (work) await rm(work, { recursive: true });
});

/** The page built with Vite into a directory of its own. */
async function buildPage(name: string): Promise<string> {
  const directory = join(work, name);
  await build({
    configFile: false,
    logLevel: 'error',
    root: PROGRAMS,
    build: {
      outDir: directory,
      sourcemap: true,
      minify: true,
      rolldownOptions: {
        input: join(PROGRAMS, 'minified/page.js'),
        output: { entryFileNames: 'assets/shop.js' },
      },
    },
  });
  return directory;
}

function cli(binary: string, ...args: string[]): Promise<Ran> {
  return run(binary, args, {
    environment: {
      SENTRY_URL: program.url,
      SENTRY_AUTH_TOKEN: TOKEN,
      SENTRY_ORG: 'default',
      SENTRY_PROJECT: 'default',
    },
  });
}

const pay = (directory: string, cart: string, more: { release?: string; dist?: string; dsn?: string } = {}) =>
  pressPay(browser, directory, { script: SCRIPT, dsn: program.dsn, cart, ...more });

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
  context_line: '    throw new PaymentError(`Card declined for cart ${cart.id}`);',
  post_context: expect.arrayContaining(['  return cart.total;']),
};

test('an error of minified code ends as the line that threw, with the source around it', async () => {
  const directory = await buildPage('debug-ids');
  const before = pay(directory, 'too-early');
  await before;
  expect(frames(await eventTitled(program, 'cart too-early')).at(-1)!.context_line).toBeUndefined();

  const injected = await cli(cli3, 'sourcemaps', 'inject', directory);
  expect(injected).toMatchObject({ code: 0 });
  const uploaded = await cli(cli3, 'sourcemaps', 'upload', '--wait', directory);
  expect(uploaded, uploaded.output).toMatchObject({ code: 0 });
  await pay(directory, 'A-17');
  const event = await eventTitled(program, 'cart A-17');
  expect(frames(event).at(-1)).toMatchObject(THROWN);
  expect(frames(event).at(-2)).toMatchObject({ function: 'checkOut', lineno: 15 });
});
