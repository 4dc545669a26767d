/** SQL over what was logged: written, run, read as rows and as a chart, saved, and refused where it errs. */
import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { beforeAll, expect, test } from 'vitest';
import type { SqlAnswer, SqlSchema } from '#contract/sql.ts';
import { EXAMPLES } from '#web/logs/sql/examples.ts';
import { photograph } from './support/browser.ts';
import { linesStored, pushLines } from './support/logs.ts';
import { program, screens, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { LOOKS, type Scene, walk } from './support/scenes.ts';

const MINUTE_MS = 60_000;
const ROUTES = ['/cart', '/pay', '/orders/:id', '/health'];
/** Half an hour, one each ten seconds. */
const REQUESTS = 180;
const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';

startForAll();
beforeAll(async () => {
  const start = Date.now() - 31 * MINUTE_MS;
  await pushLines(
    program,
    { service_name: 'shop', host: 'web-1' },
    Array.from({ length: REQUESTS }, (_, n) => ({
      at: start + n * 10_000,
      text: `GET ${ROUTES[n % 4]} done`,
      fields: {
        level: n % 12 === 1 ? 'error' : 'info',
        'http.route': ROUTES[n % 4]!,
        'http.status_code': n % 12 === 1 ? '503' : '200',
        duration_ms: String(10 + (n % 4) * 100 + (n % 7)),
        trace_id: TRACE,
      },
    })),
  );
  await pushLines(program, { service_name: 'hostile' }, [
    { at: start, text: `=HYPERLINK("http://x") <img src=x onerror=alert(1)> "quoted", ‮${'x'.repeat(3000)}` },
  ]);
  await linesStored(program, REQUESTS + 1);
  for (const user of ['ann', 'ann', 'bob'])
    await program.sendEvent({
      exception: { values: [{ type: 'PaymentError', value: 'card declined' }] },
      user: { id: user },
    });
  await eventually(
    async () => ((await (await ask('SELECT count(*) FROM events')).json()) as SqlAnswer).rows[0]?.[0],
    (events) => events === 3,
  );
});

const ask = (query: string, more: object = {}) =>
  program.request('POST', '/api/v1/query/sql', { query, ...more });
const editor = (page: Page) => page.getByRole('textbox', { name: 'SQL query' });
const address = (query: string) => `/logs/sql?query=${encodeURIComponent(query)}`;
async function write(page: Page, query: string) {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.insertText(query);
}
const rowsOf = (page: Page, count: number) =>
  page
    .getByRole('status')
    .filter({ hasText: new RegExp(`^${count.toLocaleString('en-US')} rows? `) })
    .waitFor();

test('a program asks and gets columns with types and rows', async () => {
  const answer = await ask(
    "SELECT service, count(*) AS n FROM logs WHERE attributes['http.status_code'] = 503 GROUP BY service",
  );
  expect(answer.status).toBe(200);
  expect((await answer.json()) as SqlAnswer).toMatchObject({
    columns: [
      { name: 'service', type: 'text' },
      { name: 'n', type: 'integer' },
    ],
    rows: [['shop', REQUESTS / 12]],
    truncated: false,
    timeOfQuery: false,
  });
  const users = await ask('SELECT user_id, count(*) FROM events GROUP BY user_id ORDER BY 2 DESC');
  expect(((await users.json()) as SqlAnswer).rows).toEqual([
    ['ann', 2],
    ['bob', 1],
  ]);
});

test.each(EXAMPLES)('the example "$title" is answered', async ({ query }) => {
  const answer = await ask(query);
  expect(answer.status, await answer.clone().text()).toBe(200);
});

test('a program that errs is told where, and one without a token nothing', async () => {
  const answer = await ask("SELECT * FROM file('/etc/passwd')");
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    error: {
      code: 'query_invalid',
      message: expect.stringMatching(/^line 1, column 15: "file" is no table/),
    },
  });
  expect((await ask('SELECT 1 FROM logs', { project: 'nobodys' })).status).toBe(404);
  const stranger = await fetch(`${program.url}/api/v1/query/sql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: 'SELECT 1 FROM logs' }),
  });
  expect(stranger.status).toBe(401);
  const schema = await program.get<SqlSchema>('/api/v1/query/sql/schema');
  expect(schema.tables.map(({ name }) => name)).toEqual(expect.arrayContaining(['logs', 'events']));
});

test('an example runs, is drawn, and stands in the address', async () => {
  const page = await screens.visit('/logs');
  await page.getByRole('link', { name: 'SQL' }).click();
  await page.getByRole('button', { name: /Slowest endpoints/ }).click();
  await rowsOf(page, 4);
  const cells = page.getByRole('table', { name: 'Result' }).getByRole('cell');
  expect(await cells.first().textContent()).toBe('/health');
  await page.getByRole('list', { name: 'requests' }).waitFor();
  expect(page.url()).toContain('/logs/sql?query=SELECT');
  await page.reload();
  await rowsOf(page, 4);
  await page.goBack();
  await page.getByRole('heading', { name: 'Questions to begin with' }).waitFor();
});

test('one writes with completion, runs with Ctrl and Enter, and is shown where it errs', async () => {
  const page = await screens.visit('/logs/sql');
  await editor(page).click();
  await page.keyboard.type('SELECT serv');
  await page
    .getByRole('option', { name: /service/ })
    .first()
    .waitFor();
  await photograph(page, 'sql-completion');
  await page.keyboard.press('Enter');
  await write(page, 'SELECT servce\nFROM logs');
  await page.keyboard.press('Control+Enter');
  await page
    .getByRole('alert')
    .filter({ hasText: 'Line 1, column 8' })
    .filter({ hasText: 'did you mean "service"?' })
    .waitFor();
  expect(await page.locator('.cm-problem').textContent()).toBe('servce');
  await page.getByRole('button', { name: 'Line 1, column 8' }).click();
  await write(
    page,
    "SELECT toStartOfMinute(timestamp) AS minute, level, count(*) AS n FROM logs WHERE service = 'shop' GROUP BY minute, level ORDER BY minute",
  );
  await page.keyboard.press('Control+Enter');
  await page.getByRole('slider', { name: /^n: / }).waitFor();
  await page.getByRole('alert').waitFor({ state: 'detached' });
});

test('a row opens with everything it holds and leads to its trace; the answer is saved as CSV', async () => {
  const page = await screens.visit(address('SELECT body, trace_id FROM logs ORDER BY service LIMIT 2'));
  await rowsOf(page, 2);
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV' }).click();
  const saved = await readFile(await (await download).path(), 'utf8');
  expect(saved).toMatch(/^body,trace_id\r\n"'=HYPERLINK\(""http:\/\/x""\)/);
  await page.getByRole('row').nth(2).click();
  await photograph(page, 'sql-row');
  await page.getByRole('dialog').getByRole('link', { name: 'Its lines' }).click();
  await page.waitForURL(/\/logs\?.*trace/);
  await page.locator('b', { hasText: `${REQUESTS} lines` }).waitFor();
});

test('an empty answer says which time was looked at, a cut one that there is more', async () => {
  const page = await screens.visit(address("SELECT body FROM logs WHERE timestamp < '2001-01-01'"));
  await page.getByText(/everything before 2001-01-01 00:00 UTC \(as the query says\)/).waitFor();
  await pushLines(
    program,
    { service_name: 'many' },
    Array.from({ length: 1_100 }, (_, n) => ({ at: Date.now() - n, text: `line ${n}` })),
  );
  await linesStored(program, REQUESTS + 1_101);
  await page.goto(program.url + address("SELECT body FROM logs WHERE service = 'many'"));
  await page.getByText('There are more rows').waitFor();
  await rowsOf(page, 1_000);
});

const SCENES: Scene[] = [
  { name: 'examples', path: '/logs/sql', ready: 'text=Questions to begin with' },
  {
    name: 'chart',
    path: address(
      "SELECT toStartOfMinute(timestamp) AS minute, level, count(*) AS lines\nFROM logs -- of the shop\nWHERE service = 'shop'\nGROUP BY minute, level\nORDER BY minute",
    ),
    ready: '[role=slider]',
  },
  {
    name: 'wide-rows',
    path: address('SELECT * FROM logs ORDER BY timestamp DESC LIMIT 200'),
    ready: '[role=table]',
  },
  {
    name: 'texts',
    path: address(
      "SELECT attributes['http.route'] AS route, count(*) AS n FROM logs WHERE service = 'shop' GROUP BY route",
    ),
    ready: '[role=table]',
  },
  { name: 'refused', path: address('SELECT servce,\n  count(*)\nFROM logs'), ready: '[role=alert]' },
].map((scene) => ({
  ...scene,
  name: `sql-${scene.name}`,
  act: (page) => page.locator('[data-typing][data-ready]').waitFor(),
}));

test.each(LOOKS)('it is readable and fits: $name', async (look) => {
  expect(await walk(screens, SCENES, look)).toEqual([]);
});
