/** From the issue of an exception in a log to its log record and back, and the setting, as a person goes. */
import { expect, test } from 'vitest';
import type { IssueList } from '#contract/issues.ts';
import { photograph } from './support/browser.ts';
import { pushLines } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

const STACK = `checkout of order 17 failed
TypeError: Cannot read properties of undefined (reading 'total')
    at Cart.total (/app/src/cart.js:31:18)
    at checkout (/app/src/checkout.js:12:9)
    at Layer.handle (/app/node_modules/express/lib/router/layer.js:95:5)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)`;

test('an issue found in a log leads to the log record, which leads to the issue', async () => {
  await pushLines(program, { app: 'shop', level: 'error' }, [
    { at: Date.now(), text: STACK, fields: { user_id: '42' } },
  ]);
  const { id } = await issueTitled(program, 'Cannot read properties of undefined');
  const page = await screens.visit(`/issues/${id}`);
  const badge = page.getByRole('link', { name: 'From logs' });
  await badge.waitFor();
  await photograph(page, 'log-errors-issue');
  await page.getByRole('link', { name: 'Open the log record' }).click();
  const line = page.getByLabel('Line', { exact: true });
  await line.getByText('checkout of order 17 failed').first().waitFor();
  await line.getByRole('link', { name: 'DEFAULT-1' }).waitFor();
  await photograph(page, 'log-errors-line');
  await line.getByRole('link', { name: 'DEFAULT-1' }).click();
  await badge.click();
  await page.getByLabel('Line', { exact: true }).getByText('checkout of order 17 failed').first().waitFor();
  expect(page.url()).toContain('pattern');
});

test('an issue that an SDK made of the same error is offered first, and merged with one click', async () => {
  // Kept apart by its fingerprint, as it was where logs came to be read later.
  await program.sendEvent({
    platform: 'node',
    fingerprint: ['carts'],
    exception: {
      values: [
        {
          type: 'TypeError',
          value: "Cannot read properties of undefined (reading 'total')",
          stacktrace: {
            frames: [
              { function: 'checkout', filename: '/app/src/checkout.js', lineno: 12, colno: 9, in_app: true },
              { function: 'Cart.total', filename: '/app/src/cart.js', lineno: 31, colno: 18, in_app: true },
            ],
          },
        },
      ],
    },
  });
  const { items } = await eventually(
    () => program.get<IssueList>('/api/v1/issues?query=TypeError'),
    (found) => found.items.length === 2,
  );
  const [sent, logged] = items;
  const page = await screens.visit(`/issues/${sent!.id}/hashes`);
  await page.getByText('The same exception at the same line, told by logs').waitFor();
  await photograph(page, 'log-errors-twin');
  await page.getByRole('button', { name: `Merge with ${logged!.shortId}` }).click();
  await page.getByText(/^Merged DEFAULT-\d into DEFAULT-\d$/).waitFor();
  await page.getByRole('link', { name: 'From logs: 1 of 2' }).waitFor();
});

test('which records become issues is chosen in the settings of the project', async () => {
  const page = await screens.visit('/settings/projects/default/issues');
  await page.getByRole('radio', { name: 'Of errors and worse' }).check();
  await page.getByText('Saved').waitFor();
  const { rules } = await program.get<{ rules: { logErrors: string } }>('/api/v1/projects/default/filters');
  expect(rules.logErrors).toBe('error');
});

test.each(LOOKS)('$name: nothing is in the way of anybody', async (look) => {
  const { id } = await issueTitled(program, 'Cannot read properties of undefined');
  const scenes = [
    { name: 'log-errors-event', path: `/issues/${id}`, ready: 'text=From logs' },
    { name: 'log-errors-hashes', path: `/issues/${id}/hashes`, ready: 'text=Looks like it' },
    { name: 'log-errors-settings', path: '/settings/projects/default/issues', ready: 'text=Errors in logs' },
  ];
  expect(await walk(screens, scenes, look)).toEqual([]);
});
