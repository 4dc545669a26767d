/** The set-up of logs: the guide that is followed, and the page that shows the first line when it comes. */
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { openScreens, type Screens } from './support/browser.ts';
import { run } from './support/clients.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let screens: Screens;
beforeAll(async () => {
  program = await startProgram();
  screens = await openScreens(program);
});
afterEach(() => screens.leave());
afterAll(async () => {
  await screens?.close();
  await program?.discard();
});

test.each([
  ['loki', 'Hello from Loki', 1],
  ['jsonl', 'or a plain line', 0],
])('the command of the guide for %s brings a line that the page shows', async (guide, line, step) => {
  const page = await screens.visit(`/projects/default/setup?platform=${guide}`);
  await page.getByText('Waiting for a log record…').waitFor();
  const code = page.locator('main ol > li').nth(step).locator('pre');
  await run('bash', ['-c', (await code.textContent())!]);
  await page.getByText('It arrived').waitFor();
  expect(await page.locator('[aria-live="polite"] bdi').textContent()).toContain(line);
});
