/** Traces: spans and lines of OpenTelemetry's SDK and an error of Sentry's, on one time line, with mouse and keys. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { Trace } from '#contract/traces.ts';
import { photograph } from './support/browser.ts';
import { PROGRAMS, run } from './support/clients.ts';
import { pushLines } from './support/logs.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually, KEY } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

/** Of programs that send nothing but lines. */
const LINES_ALONE = '0af7651916cd43dd8448eb211c80319c';

startForAll();
let traceId: string;
beforeAll(async () => {
  const { code, output } = await run(process.execPath, [
    join(PROGRAMS, 'traced-shop.mjs'),
    program.url,
    KEY,
    program.dsn,
  ]);
  expect(code, output).toBe(0);
  traceId = output.trim();
  const start = Date.now() - 60_000;
  for (const [service, n] of [
    ['web', 0],
    ['stock', 1],
    ['mailer', 2],
  ] as const)
    await pushLines(
      program,
      { service_name: service },
      [0, 1, 2].map((line) => ({
        at: start + n * 150 + line * 400,
        text: `${service} says ${line}`,
        fields: { trace_id: LINES_ALONE, level: n === 2 && line === 2 ? 'error' : 'info' },
      })),
    );
  const whole = ({ spans, logs, errors }: Trace, counts: number[]) =>
    [spans.length, logs.length, errors.filter(({ issue }) => issue !== null).length].every(
      (count, n) => count === counts[n],
    );
  const read = (id: string) => () => program.get<Trace>(`/api/v1/traces/${id}`);
  await eventually(read(traceId), (trace) => whole(trace, [4, 2, 1]));
  await eventually(read(LINES_ALONE), (trace) => whole(trace, [0, 9, 0]));
});

const rows = (page: Page) => page.getByRole('list', { name: 'Spans', exact: true }).getByRole('listitem');
const row = (page: Page, words: string) => rows(page).filter({ hasText: words });
const count = (page: Page, expected: number) =>
  eventually(
    () => rows(page).count(),
    (found) => found === expected,
  );
const panel = (page: Page, name: string) => page.getByRole('complementary', { name, exact: true });
const open = async (page: Page) => {
  await page.getByRole('heading', { name: 'POST /checkout', level: 1 }).waitFor();
  await count(page, 7);
};

test('the list of traces narrows down and leads to one', async () => {
  const page = await screens.visit('/traces?service=nobody');
  await page.getByText('No traces in the last 1 hour match').waitFor();
  await page.getByRole('button', { name: 'Clear the filters' }).click();
  const entries = page.getByRole('list', { name: 'Traces' }).getByRole('listitem');
  await entries.filter({ hasText: '4 spans, 2 failed' }).waitFor();
  await page.getByPlaceholder('At least').fill('100000');
  await page.getByRole('button', { name: 'Find' }).click();
  await page.getByText('No traces in the last 1 hour match').waitFor();
  await page.goBack();
  await page.getByRole('button', { name: 'Only errors' }).click();
  await page.getByText('Slowest').click();
  await page.waitForURL(/only=errors&sort=slowest/);
  await entries.filter({ hasText: 'web, payments' }).getByRole('link').click();
  await open(page);
  expect(new URL(page.url()).pathname).toBe(`/traces/${traceId}`);
});

test('spans of two clocks, lines and the error stand on one time line', async () => {
  const page = await screens.visit(`/traces/${traceId}`);
  await open(page);
  const facts = page.getByRole('main').locator('dl').first();
  expect(await facts.textContent()).toMatch(/Duration1 s.*Services2.*Spans4, 2 failed.*Errors1.*Lines2/);
  await page.getByText('The clock of payments is not that of its callers').waitFor();
  expect(await rows(page).allTextContents()).toEqual([
    'POST /checkoutweb · server1 s',
    'SELECT cartweb · db100 ms',
    'infocart has 3 items+40 ms',
    'POST payments/chargeweb · client750 ms',
    // In the middle of the call, and with it what happened in it.
    'charge cardpayments · server700 ms',
    'errorcharge of order 17 failed: card declined+715 ms',
    'Error: card declinedDEFAULT-1+725 ms',
  ]);
  await photograph(page, 'trace-otel-and-sentry');
});

test('keys walk, shut, open and close', async () => {
  const page = await screens.visit(`/traces/${traceId}`);
  await open(page);
  const press = async (...keys: string[]) => {
    for (const key of keys) await page.keyboard.press(key);
  };
  await press('ArrowDown', 'ArrowLeft');
  await eventually(
    () => rows(page).count(),
    (found) => found < 4,
  );
  await press('ArrowRight');
  await count(page, 7);
  await press('Enter');
  await panel(page, 'Span').getByText('the trace begins here').waitFor();
  await press('j');
  await panel(page, 'Span').getByRole('heading', { name: 'SELECT cart' }).waitFor();
  await press('z');
  await page.waitForURL(/zoom=\d+-\d+/);
  await press('Z', 'Escape');
  await page.waitForURL((url) => url.search === '');
  await press('/');
  await page.keyboard.type('stripe');
  await page.waitForURL(/find=stripe/);
  await count(page, 3);
  await press('Escape', 'l');
  await page.waitForURL(/rows=spans/);
});

test('dragging over the picture looks closer', async () => {
  const page = await screens.visit(`/traces/${traceId}`);
  await open(page);
  const box = (await page.locator('[data-brush]').first().boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 30);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 30, { steps: 4 });
  await page.mouse.up();
  await page.waitForURL(/zoom=/);
  const [from, to] = new URL(page.url()).searchParams.get('zoom')!.split('-').map(Number);
  expect([Math.round(from! / 1e8), Math.round(to! / 1e8)]).toEqual([3, 5]);
  await page.getByRole('button', { name: 'Zoom out to all' }).click();
  await page.waitForURL((url) => url.search === '');
});

test('a span leads to its lines and its user’s, a line to its trace and back', async () => {
  const page = await screens.visit(`/traces/${traceId}`);
  await open(page);
  await row(page, 'charge card').getByRole('link').first().click();
  const span = panel(page, 'Span');
  await span.getByText('later than sent').waitFor();
  await span.getByText('payment.provider').waitFor();
  await span.getByText('exception.message').waitFor();
  await span.getByRole('link', { name: 'Logs of this span' }).click();
  const lines = page.getByRole('list', { name: 'Lines', exact: true }).getByRole('listitem');
  await lines.filter({ hasText: 'charge of order 17 failed' }).waitFor();
  expect(await lines.count()).toBe(1);
  await lines.first().click();
  await page.getByRole('link', { name: 'Open trace' }).click();
  await open(page);
  await panel(page, 'Line').getByText('charge of order 17 failed').waitFor();
  await panel(page, 'Line').getByRole('link', { name: 'This user’s logs' }).click();
  await page.waitForURL(/query=user%3Aann/);
  await eventually(
    () => lines.count(),
    (found) => found === 2,
  );
});

test('an error leads to its event, and the event to the trace', async () => {
  const page = await screens.visit(`/traces/${traceId}`);
  await open(page);
  await row(page, 'Error: card declined').getByRole('link').first().click();
  await panel(page, 'Error').getByRole('link', { name: 'Open DEFAULT-1' }).click();
  await page.waitForURL(/\/issues\/\d+\?event=[0-9a-f]{32}/);
  await page.getByRole('link', { name: traceId }).click();
  await open(page);
  await panel(page, 'Error').getByRole('heading', { name: 'card declined' }).waitFor();
});

test('a trace of lines alone has a lane for each service', async () => {
  const page = await screens.visit(`/traces/${LINES_ALONE}`);
  await page.getByRole('figure', { name: /web 3 times, stock 3 times, mailer 3 times/ }).waitFor();
  const lines = page.getByRole('list', { name: 'Lines and errors' }).getByRole('listitem');
  expect(await lines.count()).toBe(9);
  await page.getByRole('button', { name: 'Errors', exact: true }).click();
  await eventually(
    () => lines.count(),
    (found) => found === 1,
  );
  await lines.first().hover();
  await lines.first().getByRole('link', { name: 'The line in the logs' }).click();
  await page.getByRole('complementary', { name: 'Line' }).getByText('mailer says 2').first().waitFor();
  await photograph(page, 'trace-lines-in-logs');
});

test('the palette goes to a trace by its id, and says so when there is none', async () => {
  const page = await screens.visit('/issues');
  await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog').getByRole('combobox').fill('0'.repeat(32));
  await page.getByRole('option', { name: /^Trace 0000/ }).click();
  await page.getByRole('heading', { name: 'Nothing is kept of this trace' }).waitFor();
  await page.getByRole('button', { name: 'Look again' }).waitFor();
});

test.each(LOOKS)('it is readable and fits: $name', async (look) => {
  const scenes = [
    { name: 'trace', path: `/traces/${traceId}`, ready: 'ul[aria-label=Spans] li' },
    { name: 'trace-span', path: `/traces/${traceId}?find=charge`, ready: 'ul[aria-label=Spans] li' },
    { name: 'trace-lines', path: `/traces/${LINES_ALONE}`, ready: 'figure' },
    { name: 'traces', path: '/traces', ready: 'ul[aria-label=Traces] li' },
  ];
  expect(await walk(screens, scenes, look)).toEqual([]);
});
