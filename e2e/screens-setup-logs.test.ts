/** The set-up of logs: the guide that is followed, and the page that shows the first line when it comes. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScreens, type Screens } from './support/browser.ts';
import { run } from './support/clients.ts';
import { type Program, startProgram } from './support/program.ts';
import { freePorts } from './support/sockets.ts';

let program: Program;
let screens: Screens;
let syslogPort: number;
beforeAll(async () => {
  [syslogPort = 0] = await freePorts(1);
  program = await startProgram({ environment: { TANDEM_SYSLOG_PORT: String(syslogPort) } });
  screens = await openScreens(program);
});
afterEach(() => screens.leave());
afterAll(async () => {
  await screens?.close();
  await program?.discard();
});

test.each([
  ['loki', 'Hello from Loki', 1],
  ['otlp', 'Hello from OpenTelemetry', 1],
  ['jsonl', 'or a plain line', 0],
  ['syslog', 'Hello from syslog', 2],
  ['python-logging', 'Hello from Python', 1],
  ['pipe', 'and JSON', 0],
])('the command of the guide for %s brings a line that the page shows', async (guide, line, step) => {
  const page = await screens.visit(`/projects/default/setup?platform=${guide}`);
  await page.getByText('Waiting for a log record…').waitFor();
  const code = page.locator('main ol > li').nth(step).locator('pre');
  // The port of the guide is an example, and a program in Python needs what the step before it set up.
  const text = (await code.textContent())!.replace('5514', String(syslogPort));
  if (guide === 'python-logging') {
    const setUp = await page.locator('main ol > li').nth(0).locator('pre').textContent();
    await run('python3', ['-c', `${setUp}\n${text}`]);
  } else await run('bash', ['-c', text]);
  await page.getByText('It arrived').waitFor();
  expect(await page.locator('[aria-live="polite"] bdi').textContent()).toContain(line);
});
