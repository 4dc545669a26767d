/** The real plugins of Vite, webpack and esbuild, as their guides set them up: a build uploads its own source maps. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import { launchBrowser } from './support/browser.ts';
import { installNpm, PROGRAMS, run } from './support/clients.ts';
import { eventTitled } from './support/look.ts';
import { pressPay } from './support/minified-page.ts';
import { type Program, startProgram, TOKEN } from './support/program.ts';

let program: Program;
let browser: Browser;
let work: string;

beforeAll(async () => {
  program = await startProgram();
  browser = await launchBrowser();
  work = await mkdtemp(join(tmpdir(), 'tandem-bundlers-'));
});
afterAll(async () => {
  await browser?.close();
  await program?.discard();
  if (work) await rm(work, { recursive: true });
});

/** Telemetry goes to Sentry's own servers unless it is off. */
const OPTIONS = `{ org: 'default', project: 'default', authToken: process.env.TOKEN, url: process.env.SERVER,
  telemetry: false, debug: true, release: { create: false, finalize: false, inject: false, setCommits: false } }`;

const PAGE = JSON.stringify(join(PROGRAMS, 'minified/page.js'));

const BUNDLERS = {
  vite: {
    packages: ['vite@8.3.8', '@sentry/vite-plugin@11.9.0', '@sentry/browser@11.12.0'],
    program: `import { build } from 'vite';
import { sentryVitePlugin } from '@sentry/vite-plugin';
await build({ configFile: false, logLevel: 'warn', plugins: [sentryVitePlugin(${OPTIONS})],
  build: { outDir: process.env.OUT, emptyOutDir: true, sourcemap: 'hidden', minify: true,
    rolldownOptions: { input: ${PAGE}, output: { entryFileNames: 'shop.js' } } } });`,
  },
  webpack: {
    packages: ['webpack@5.112.2', '@sentry/webpack-plugin@11.8.0', '@sentry/browser@11.12.0'],
    program: `import webpack from 'webpack';
import { sentryWebpackPlugin } from '@sentry/webpack-plugin';
await new Promise((resolve, reject) => webpack({ mode: 'production', entry: ${PAGE}, devtool: 'source-map',
  output: { path: process.env.OUT, filename: 'shop.js' }, plugins: [sentryWebpackPlugin(${OPTIONS})] },
  (error, stats) => error || stats.hasErrors() ? reject(error ?? stats.toString()) : resolve()));`,
  },
  esbuild: {
    packages: ['esbuild@0.28.2', '@sentry/esbuild-plugin@5.4.0', '@sentry/browser@11.12.0'],
    program: `import { build } from 'esbuild';
import { sentryEsbuildPlugin } from '@sentry/esbuild-plugin';
await build({ entryPoints: [${PAGE}], bundle: true, minify: true, sourcemap: true, format: 'esm',
  outfile: process.env.OUT + '/shop.js', plugins: [sentryEsbuildPlugin(${OPTIONS})] });`,
  },
};

test.each(Object.entries(BUNDLERS))('%s', async (bundler, { packages, program: source }) => {
  const installed = await installNpm(`bundler-${bundler}`, packages);
  const out = join(work, bundler);
  await writeFile(join(installed, 'build.mjs'), source);
  const built = await run(process.execPath, ['build.mjs'], {
    cwd: installed,
    // The CLI inside of the plugins remembers in the home directory where an organization's server was.
    environment: { TOKEN, SERVER: program.url, OUT: out, HOME: work },
  });
  expect(built, built.output).toMatchObject({ code: 0 });

  await pressPay(browser, out, { script: '/shop.js', dsn: program.dsn, cart: bundler });
  const { payload, frameProblems } = await eventTitled(program, `cart ${bundler}`);
  const { exception } = payload as unknown as EventPayload;
  expect(
    exception!.values[0]!.stacktrace!.frames.at(-1),
    `${JSON.stringify(frameProblems)}\n${built.output}`,
  ).toMatchObject({
    function: 'chargeCard',
    filename: expect.stringMatching(/minified\/cart\.js$/),
    lineno: 9,
    in_app: true,
    context_line: expect.stringContaining('throw new PaymentError('),
  });
});
