/** Logs, from the first line that a Loki client pushes to following them live: with mouse and keys, as a person does. */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import { linesStored, pushLines } from './support/logs.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { KEY } from './support/program.ts';
import { PHONE } from './support/scenes.ts';

const MINUTE_MS = 60_000;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
/** Of the shop, one each ten seconds over half an hour. */
const LINES = 180;
/** A quarter of an hour ago the database was away. */
const FAILURES = 12;

let start: number;
startForAll();

const rows = (page: Page) => page.getByRole('list', { name: 'Lines', exact: true }).getByRole('listitem');
const total = (page: Page, count: number) =>
  page
    .getByText(`${count} ${count === 1 ? 'line' : 'lines'}`, { exact: true })
    .and(page.locator('b'))
    .waitFor();
const panel = (page: Page) => page.getByRole('complementary', { name: 'Line' });

async function pushTheMorning() {
  start = Date.now() - 31 * MINUTE_MS;
  await pushLines(
    program,
    { service_name: 'shop', host: 'web-1', deployment_environment: 'production' },
    Array.from({ length: LINES }, (_, n) => ({
      at: start + n * 10_000,
      text: n === 100 ? '{"level":"debug","cart":{"items":[17]}}' : `level=info msg="order ${n} placed"`,
    })),
  );
  await pushLines(
    program,
    { service_name: 'payments', host: 'db-1' },
    Array.from({ length: FAILURES }, (_, n) => ({
      at: start + 15 * MINUTE_MS + n * 1000,
      text: `charge of order ${n} timed out`,
      fields: {
        level: 'error',
        trace_id: TRACE,
        attempt: String(n),
        'payment.provider': n % 3 ? 'stripe' : 'adyen',
      },
    })),
  );
  await pushLines(program, { service_name: '<b onmouseover=alert(1)>' }, [
    {
      at: start,
      text: `<img src=x onerror=alert(1)> \u202e${'x'.repeat(5000)}`,
      fields: { level: 'fatal', '"><script>': 'javascript:alert(1)' },
    },
  ]);
  await linesStored(program, LINES + FAILURES + 1);
}

test('before the first line it says how to send one, with the key of the project, and then shows it', async () => {
  const page = await screens.visit('/logs');
  await page.getByText('has not sent any logs yet').waitFor();
  const guide = page.getByRole('group', { name: 'code for JSON lines (curl)' });
  expect(await guide.textContent()).toContain(`Bearer ${KEY}`);
  await page.getByRole('button', { name: 'Live' }).click();
  await page.getByText('Waiting for new lines').waitFor();
  await pushTheMorning();
  await page.getByRole('button', { name: 'Ask again' }).click();
  await total(page, LINES + FAILURES + 1);
});

test('lines are searched, and a search that cannot be read is marked where it is wrong', async () => {
  const page = await screens.visit('/logs');
  await total(page, LINES + FAILURES + 1);
  await page.keyboard.press('/');
  await page.keyboard.type('"timed out" attempt:>=6');
  await page.keyboard.press('Enter');
  await total(page, 6);
  expect(await rows(page).first().textContent()).toContain('charge of order 11 timed out');
  await page.getByRole('combobox').fill('timed level:loud');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').locator('mark', { hasText: 'level:loud' }).waitFor();
  await page.getByRole('combobox').fill('nobody said this');
  await page.keyboard.press('Enter');
  await page.getByText('No line in the last 1 hour matches').waitFor();
  await page.getByRole('button', { name: 'Look at 6 hours' }).click();
  await page.waitForURL(/period=6h/);
});

test('the bars zoom into a span, by dragging and by keys, and out again', async () => {
  const page = await screens.visit('/logs?query=service:payments');
  await total(page, FAILURES);
  const chart = page.getByRole('slider');
  const box = (await chart.boundingBox())!;
  // From the left end to the middle: the failures were after that.
  const dragged = (from: number, to: number) => async () => {
    await page.mouse.move(box.x + box.width * from, box.y + 40);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width * to, box.y + 40, { steps: 5 });
    await page.mouse.up();
  };
  await dragged(0.01, 0.5)();
  await page.waitForURL(/from=.*to=/);
  await page.getByText('No line in this range matches').waitFor();
  await page.goBack();
  await total(page, FAILURES);
  await chart.focus();
  for (let n = 0; n < 60; n += 1) await page.keyboard.press(n === 0 ? 'ArrowLeft' : 'Shift+ArrowLeft');
  await page.keyboard.press('Enter');
  await page.waitForURL(/from=.*to=/);
  await total(page, FAILURES);
  const narrow = new URL(page.url()).searchParams;
  expect(Date.parse(narrow.get('to')!) - Date.parse(narrow.get('from')!)).toBe(30 * MINUTE_MS);
  await page.keyboard.press('Escape');
  await page.keyboard.press('z');
  await page.waitForURL((url) => url.searchParams.get('from') !== narrow.get('from'));
  await total(page, FAILURES);
});

test('a facet counts exactly, filters for a value and filters it out', async () => {
  const page = await screens.visit('/logs');
  const levels = page.getByRole('region', { name: 'Values of level' });
  await levels.getByRole('button', { name: `error ${FAILURES} lines` }).click();
  await total(page, FAILURES);
  expect(page.url()).toContain('query=level%3Aerror');
  await page.getByRole('button', { name: 'Add a facet' }).click();
  await page.getByRole('menuitem', { name: 'payment.provider' }).click();
  const providers = page.getByRole('region', { name: 'Values of payment.provider' });
  await providers.getByRole('button', { name: 'stripe 8 lines' }).waitFor();
  await providers.getByRole('button', { name: 'Without payment.provider stripe' }).click();
  await total(page, 4);
  await levels.getByRole('button', { name: 'error 4 lines' }).click();
  await page.waitForURL((url) => url.searchParams.get('query') === '!payment.provider:stripe');
  await total(page, LINES + 1 + 4);
});

test('a line is opened by keys and says everything; filters, columns and links lead on from it', async () => {
  const page = await screens.visit('/logs?query=charge');
  await total(page, FAILURES);
  await rows(page)
    .nth(FAILURES - 1)
    .waitFor();
  for (const key of ['j', 'j']) await page.keyboard.press(key);
  await page.locator('li[data-index="1"] :focus').waitFor();
  await page.keyboard.press('Enter');
  const line = panel(page);
  await line.getByText('charge of order 10 timed out').first().waitFor();
  await page.keyboard.press('j');
  await line.getByText('charge of order 9 timed out').first().waitFor();
  await line.getByRole('button', { name: 'Show ±10' }).click();
  await line.getByText('this line').waitFor();
  expect(await line.getByRole('listitem').count()).toBe(FAILURES);
  await line.getByRole('button', { name: 'Show attempt as a column' }).click();
  await page.getByRole('button', { name: 'Remove the column attempt' }).waitFor();
  // The link to the line shows it whatever the search finds.
  const address = new URL(page.url());
  address.searchParams.set('query', 'nobody said this');
  const elsewhere = await screens.visit(address.pathname + address.search);
  await panel(elsewhere).getByText('charge of order 9 timed out').first().waitFor();
  await line.getByRole('button', { name: 'Filter for payment.provider' }).click();
  await total(page, 4);
  await line.getByRole('link', { name: 'Same trace' }).click();
  await total(page, FAILURES);
  expect(page.url()).toContain(`trace%3A${TRACE}`);
  await page.keyboard.press('Escape');
  await line.waitFor({ state: 'detached' });
});

test('a body of JSON is laid out, and what a sender made of HTML is only text', async () => {
  const page = await screens.visit('/logs?query=cart');
  await rows(page).first().click();
  await panel(page).getByText('"items": [').waitFor();
  await page.getByRole('button', { name: 'As sent' }).click();
  await panel(page).getByText('{"level":"debug","cart":{"items":[17]}}', { exact: true }).waitFor();
  await page.goto('/logs?query=level:fatal');
  await rows(page).getByText('<img src=x onerror=alert(1)> ‹U+202E›').click();
  await panel(page).getByText('"><script>').waitFor();
  expect(await panel(page).locator('img, script, a[href^="javascript"]').count()).toBe(0);
});

test('on a phone facets and lines open over the list, and do the same', async () => {
  const page = await screens.visit('/logs', { look: PHONE });
  await page.getByRole('button', { name: 'Facets' }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: `payments ${FAILURES} lines` }).click();
  await page.waitForURL(/service%3Apayments/);
  await page.keyboard.press('Escape');
  await total(page, FAILURES);
  await rows(page).first().click();
  await sheet.getByRole('button', { name: 'What to do with payment.provider' }).click();
  await page.getByRole('menuitem', { name: 'Filter for it' }).click();
  await page.waitForURL(/payment.provider/);
  await sheet.getByRole('button', { name: 'Close' }).click();
  await sheet.waitFor({ state: 'detached' });
  await total(page, 8);
});

test('new lines are followed; away from the top they wait for the reader', async () => {
  const page = await screens.visit('/logs');
  await total(page, LINES + FAILURES + 1);
  await page.keyboard.press('f');
  await page.waitForURL(/live=on/);
  const say = (text: string) => pushLines(program, { service_name: 'shop' }, [{ at: Date.now(), text }]);
  await say('the first one live');
  await rows(page).first().getByText('the first one live').waitFor();
  await say('the second one live');
  await rows(page).first().getByText('the second one live').waitFor();
  await page.mouse.move(800, 600);
  await page.mouse.wheel(0, 1000);
  await page.getByText('Resting while you read').waitFor();
  await say('while one reads');
  await page.getByText('1 new line waiting').waitFor();
  await page.mouse.wheel(0, -3000);
  // What one points at stays where it is.
  await page.getByText('Resting while you point at the lines').waitFor();
  await page.mouse.move(500, 20);
  await rows(page).first().getByText('while one reads').waitFor();
  // The numbers follow too.
  await total(page, LINES + FAILURES + 4);
});
