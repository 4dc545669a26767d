/** The set-up of logs: the guide that is followed, and the page that shows the first line when it comes. */
import { expect, test } from 'vitest';
import { run } from './support/clients.ts';
import { screens, startForAll } from './support/one-program.ts';
import { freePorts } from './support/sockets.ts';

let syslogPort: number;
startForAll(async () => {
  [syslogPort = 0] = await freePorts(1);
  return { environment: { TANDEM_SYSLOG_PORT: String(syslogPort) } };
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
