/// <reference types="node" />
/** What is looked at: every screen with rich data, empty, broken and on its way. */
import type { Page } from 'playwright-core';
import { newLog } from './fixtures/logs.ts';
import { CHECKOUT, LARGE, LOGS_ALONE } from './fixtures/traces.ts';
import type { StandIn } from './stand-in.ts';
import type { StandInOptions } from './stand-in-routes.ts';

export interface Scene {
  name: string;
  path: string;
  /** What the page shows when it is ready. */
  ready: string;
  options?: StandInOptions;
  before?: (standIn: StandIn) => void;
  act?: (page: Page, standIn: StandIn) => Promise<unknown>;
  /** Photograph the window and not the whole page, for what floats over it. */
  windowOnly?: boolean;
}

const press =
  (...keys: string[]) =>
  async (page: Page) => {
    for (const key of keys) await page.keyboard.press(key);
  };

const pressForDialog = (key: string) => async (page: Page) => {
  await page.keyboard.press(key);
  await page.getByRole('dialog').waitFor();
};

const LINE = 'ul[aria-label=Lines] li[data-index]';
const SPAN = 'ul[aria-label=Spans] li[data-index]';
const LANE_ROW = 'ul[aria-label="Lines and errors"] li[data-index]';

const sql = (query: string) => `/logs/sql?query=${encodeURIComponent(query)}`;

const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();

const pointed = async (page: Page) => {
  await page.getByRole('slider').focus();
  for (let n = 0; n < 8; n += 1) await page.keyboard.press('ArrowLeft');
};

export const SCENES: readonly Scene[] = [
  { name: 'sign-in', path: '/sign-in', ready: 'text=Forgotten', options: { signedIn: false } },
  {
    name: 'sign-in-refused',
    path: '/sign-in',
    ready: 'text=Forgotten',
    options: { signedIn: false },
    act: async (page) => {
      await page.getByLabel('E-mail').fill('ada@example.com');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByRole('alert').waitFor();
    },
  },
  {
    name: 'set-up',
    path: '/setup?token=good',
    ready: 'text=Create the account',
    options: { signedIn: false },
  },
  {
    name: 'set-up-stale',
    path: '/setup?token=old',
    ready: 'text=not valid any more',
    options: { signedIn: false },
  },
  { name: 'invite', path: '/invite?token=good', ready: 'text=Join', options: { signedIn: false } },
  { name: 'issues', path: '/issues', ready: 'li[data-index]', windowOnly: true },
  {
    name: 'issues-project',
    path: '/issues?project=stock&sort=events&period=30d&query=',
    ready: 'li[data-index]',
    windowOnly: true,
  },
  {
    name: 'issues-selected',
    path: '/issues',
    ready: 'li[data-index]',
    windowOnly: true,
    act: async (page) => {
      await press('j', 'x', 'j', 'x', 'j')(page);
    },
  },
  {
    name: 'issues-everything',
    path: '/issues',
    ready: 'li[data-index]',
    windowOnly: true,
    act: async (page) => {
      await page.locator('label', { hasText: 'Select all loaded issues' }).click();
      await page.getByRole('button', { name: /^Select all/ }).click();
    },
  },
  {
    name: 'issue-resolve-menu',
    path: '/issues/1000',
    ready: '#stack',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'In which release' }).click();
      await page.getByText('shop@1.4.0').first().waitFor();
    },
  },
  {
    name: 'issue-archive-menu',
    path: '/issues/1000',
    ready: '#stack',
    windowOnly: true,
    act: (page) => page.getByRole('button', { name: 'Until when' }).click(),
  },
  {
    name: 'issue-archive-dialog',
    path: '/issues/1000',
    ready: '#stack',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Until when' }).click();
      await page.getByRole('menuitem', { name: /Other times/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'issue-commit-dialog',
    path: '/issues/1000',
    ready: '#stack',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'In which release' }).click();
      await page.getByRole('menuitem', { name: /commit/ }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'settings-project-issues', path: '/settings/projects/stock/issues', ready: 'text=Days without' },
  {
    name: 'issues-suggestions',
    path: '/issues',
    ready: 'li[data-index]',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('combobox').fill('is:unresolved le');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'issues-unreadable',
    path: '/issues?query=level%3Aerror%20is%3Aold%20timeout',
    ready: '[role=alert]',
    windowOnly: true,
  },
  {
    name: 'issues-none-match',
    path: '/issues?query=is%3Aunresolved%20zzzzzz',
    ready: 'text=matches',
    windowOnly: true,
  },
  {
    name: 'issues-waiting',
    path: '/issues?project=a-new-project',
    ready: 'text=has not sent anything',
    windowOnly: true,
  },
  {
    name: 'issues-broken',
    path: '/issues',
    ready: 'text=could not be loaded',
    windowOnly: true,
    before: (standIn) => standIn.world.broken.add('/issues'),
  },
  {
    name: 'issues-loading',
    path: '/issues',
    ready: '[aria-busy]',
    windowOnly: true,
    options: { delayMs: 3000 },
  },
  {
    name: 'issues-banner',
    path: '/issues',
    ready: 'text=engine is restarting',
    windowOnly: true,
    options: {
      engine: 'restarting',
      problems: ['The disk has less than 1 GB left: logs and sessions are refused until there is room.'],
    },
  },
  {
    name: 'issues-undo',
    path: '/issues',
    ready: 'li[data-index]',
    windowOnly: true,
    act: async (page) => {
      await press('j', 'e')(page);
      await page.getByText('Undo').waitFor();
    },
  },
  {
    name: 'palette',
    path: '/issues',
    ready: 'li[data-index]',
    windowOnly: true,
    act: pressForDialog('Control+k'),
  },
  { name: 'help', path: '/issues', ready: 'li[data-index]', windowOnly: true, act: pressForDialog('?') },
  { name: 'issue-node', path: '/issues/1000', ready: '#stack' },
  { name: 'issue-python', path: '/issues/1001', ready: '#stack' },
  { name: 'issue-minified', path: '/issues/1002', ready: '#stack' },
  { name: 'issue-java', path: '/issues/1003', ready: '#stack' },
  { name: 'issue-hostile', path: '/issues/1004', ready: '#stack' },
  { name: 'issue-aggregate', path: '/issues/1005', ready: '#stack' },
  { name: 'issue-message', path: '/issues/1006', ready: '#message' },
  { name: 'issue-csp', path: '/issues/1007', ready: '#report' },
  { name: 'issue-native', path: '/issues/1008', ready: '#threads' },
  { name: 'issue-text', path: '/issues/1001', ready: '#stack', windowOnly: true, act: press('r') },
  { name: 'issue-occurrences', path: '/issues/1000/occurrences', ready: 'li[data-index]', windowOnly: true },
  {
    name: 'issues-search-empty',
    path: '/issues?query=',
    ready: 'text=Crashes that matter',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('combobox').focus();
    },
  },
  {
    name: 'issues-saved-manage',
    path: '/issues',
    ready: 'text=Crashes that matter',
    windowOnly: true,
    act: async (page) => {
      await press('s', 'ArrowDown')(page);
      await page.getByRole('menuitem', { name: 'Rename or delete' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'issues-saved-new',
    path: '/issues?project=shop-web&sort=impact',
    ready: 'text=Crashes that matter',
    windowOnly: true,
    act: async (page) => {
      await press('s', 'ArrowDown')(page);
      await page.getByRole('menuitem', { name: 'Save this search' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'issue-tags', path: '/issues/1000/tags', ready: 'text=What was compared' },
  {
    name: 'issue-tags-open',
    path: '/issues/1000/tags?against=transaction&period=7d',
    ready: 'text=What was compared',
    windowOnly: true,
    act: async (page) => {
      for (const row of ['Firefox 121', 'upstream answered'])
        await page.locator('summary', { hasText: row }).click();
      await page.locator('details[open]').getByText("Fisher's exact test").first().waitFor();
    },
  },
  { name: 'issue-impact', path: '/issues/1000/impact', ready: 'text=Affected', windowOnly: true },
  { name: 'issue-users', path: '/issues/1000/users', ready: 'li[data-index]', windowOnly: true },
  { name: 'issue-activity', path: '/issues/1001/activity', ready: 'text=Came back' },
  { name: 'issue-feedback', path: '/issues/1000/feedback', ready: 'text=Pay' },
  { name: 'issue-grouping', path: '/issues/1000/grouping', ready: 'text=In-app stack' },
  { name: 'issue-raw', path: '/issues/1000/raw', ready: 'text=event_id' },
  { name: 'issue-gone', path: '/issues/999999', ready: 'text=could not be loaded', windowOnly: true },
  { name: 'setup-guide', path: '/projects/a-new-project/setup', ready: 'text=npm install' },
  {
    name: 'setup-arrived',
    path: '/projects/stock/setup?platform=python',
    ready: 'text=pip install',
    act: async (page, standIn) => {
      await page.waitForTimeout(300);
      standIn.announce({
        type: 'batch',
        projectId: '3',
        issueIds: ['1001'],
        newIssueIds: ['1001'],
        events: 1,
        lastTitle: 'ZeroDivisionError: division by zero',
        lastIssueId: '1001',
      });
      await page.getByText('It arrived').waitFor();
    },
  },
  { name: 'logs', path: '/logs', ready: LINE, windowOnly: true },
  {
    name: 'logs-columns',
    path: '/logs?columns=level,service,host,payment.provider,attempt&query=!service:gateway&facets=payment.provider',
    ready: LINE,
    windowOnly: true,
    act: press('w', 'j', 'j'),
  },
  {
    name: 'logs-line',
    path: '/logs?query=level:error',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.locator(LINE).first().click();
      await page.getByRole('button', { name: 'Show ±10' }).click();
      await page.getByText('this line').waitFor();
    },
  },
  {
    name: 'logs-json',
    path: '/logs?query=reserved',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.locator(LINE).first().click();
      await page.getByRole('button', { name: 'As sent' }).waitFor();
    },
  },
  {
    name: 'logs-hostile',
    path: '/logs?query=level:fatal',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.locator(LINE).first().click();
      await page.getByText('Attributes').waitFor();
    },
  },
  {
    name: 'logs-brush',
    path: '/logs',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('slider').focus();
      await press('ArrowLeft', 'ArrowLeft', ...Array.from({ length: 12 }, () => 'Shift+ArrowLeft'))(page);
    },
  },
  {
    name: 'logs-chart',
    path: '/logs?view=chart&by=service',
    ready: 'text=over all',
    windowOnly: true,
    act: pointed,
  },
  {
    name: 'logs-chart-lines',
    path: '/logs?view=chart&measure=p95&field=duration_ms&by=service',
    ready: 'text=approximate',
    windowOnly: true,
  },
  {
    name: 'logs-chart-list',
    path: '/logs?view=chart&by=service,level&draw=list',
    ready: 'tfoot',
    windowOnly: true,
  },
  {
    name: 'logs-chart-others',
    path: '/logs?view=chart&measure=avg&field=duration_ms&by=sku',
    ready: 'text=together',
    windowOnly: true,
  },
  {
    name: 'logs-chart-field',
    path: '/logs?view=chart&measure=sum',
    ready: 'text=Which field',
    windowOnly: true,
  },
  {
    name: 'logs-compare',
    path: `/logs?view=compare&from=${ago(39)}&to=${ago(34)}&facets=payment.provider`,
    ready: 'text=standard errors',
    windowOnly: true,
  },
  {
    name: 'logs-saved-manage',
    path: '/logs',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await press('s', 'ArrowDown')(page);
      await page.getByRole('menuitem', { name: 'Rename or delete' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'logs-live',
    path: '/logs?live=on',
    ready: LINE,
    windowOnly: true,
    act: async (page, standIn) => {
      await page.getByText('Waiting for new lines').waitFor();
      standIn.arrive([newLog(Date.now(), 1)]);
      await page.getByText('GET /api/live/1').waitFor();
    },
  },
  {
    name: 'logs-flood',
    path: '/logs?live=on',
    ready: LINE,
    windowOnly: true,
    act: async (page, standIn) => {
      const now = Date.now();
      await page.getByText('Waiting for new lines').waitFor();
      standIn.arrive(
        Array.from({ length: 200 }, (_, n) => newLog(now, n)),
        9640,
      );
      await page.getByText('this is a sample').waitFor();
    },
  },
  {
    name: 'logs-resting',
    path: '/logs?live=on',
    ready: LINE,
    windowOnly: true,
    act: async (page, standIn) => {
      await page.getByText('Waiting for new lines').waitFor();
      const now = Date.now();
      standIn.arrive(Array.from({ length: 60 }, (_, n) => newLog(now, n)));
      await page.getByText('GET /api/live/59').waitFor();
      await page.evaluate(() => window.scrollTo(0, 600));
      await page.getByText('Resting while you read').waitFor();
      standIn.arrive(
        Array.from({ length: 200 }, (_, n) => newLog(now, 100 + n)),
        1134,
      );
      await page.getByText('new lines waiting').waitFor();
      await page.evaluate(() => window.scrollTo(0, 150));
    },
  },
  {
    name: 'logs-patterns',
    path: '/logs?view=patterns',
    ready: '[aria-label=Patterns] li',
    windowOnly: true,
  },
  {
    name: 'logs-patterns-worst',
    path: '/logs?view=patterns&sort=errors&query=service:payments',
    ready: '[aria-label=Patterns] li',
    windowOnly: true,
  },
  {
    name: 'logs-facets',
    path: '/logs?query=!service:gateway',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      const sheet = page.getByRole('button', { name: 'Facets', exact: true });
      if (await sheet.isVisible()) await sheet.click();
      await page.getByRole('region', { name: 'Values of environment' }).getByRole('button').first().waitFor();
    },
  },
  {
    name: 'logs-field',
    path: '/logs?query=placed',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.locator(LINE).first().click();
      const key = page.getByText('payment.provider', { exact: true });
      await key.waitFor();
      await key.hover();
    },
  },
  {
    name: 'logs-range',
    path: '/logs',
    ready: LINE,
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Last 1 hour' }).click();
      await page.getByRole('menuitem', { name: 'From … to …' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'logs-unreadable',
    path: '/logs?query=service%3Aweb%20level%3Aloud',
    ready: '[role=alert]',
    windowOnly: true,
  },
  { name: 'logs-none-match', path: '/logs?query=zzzzzz', ready: 'text=matches', windowOnly: true },
  { name: 'logs-waiting', path: '/logs?project=a-new-project', ready: 'text=JSON lines', windowOnly: true },
  {
    name: 'logs-broken',
    path: '/logs',
    ready: 'text=could not be loaded',
    windowOnly: true,
    before: (standIn) => standIn.world.broken.add('/logs'),
  },
  { name: 'logs-loading', path: '/logs', ready: '[aria-busy]', windowOnly: true, options: { delayMs: 3000 } },
  { name: 'sql', path: '/logs/sql', ready: '[data-typing][data-ready]' },
  {
    name: 'sql-completion',
    path: '/logs/sql',
    ready: '[data-typing][data-ready]',
    act: async (page) => {
      await page.getByRole('textbox', { name: 'SQL query' }).click();
      await page.keyboard.type('SELECT se');
      await page.getByRole('option').first().waitFor();
    },
  },
  {
    name: 'sql-chart',
    path: sql(
      'SELECT toStartOfMinute(timestamp) AS minute, level, count(*) AS lines\nFROM logs -- of all\nGROUP BY minute, level\nORDER BY minute',
    ),
    ready: '[role=slider]',
    windowOnly: true,
    act: pointed,
  },
  {
    name: 'sql-texts',
    path: sql('SELECT service, count(*) AS lines FROM logs GROUP BY service'),
    ready: '[role=table]',
    windowOnly: true,
  },
  {
    name: 'sql-rows',
    path: sql('SELECT * FROM logs ORDER BY timestamp DESC LIMIT 100'),
    ready: '[role=table]',
    windowOnly: true,
  },
  {
    name: 'sql-row',
    path: sql('SELECT * FROM logs ORDER BY timestamp DESC LIMIT 100'),
    ready: '[role=table]',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('row').nth(2).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  { name: 'sql-cut', path: sql('SELECT * FROM logs'), ready: 'text=There are more rows', windowOnly: true },
  {
    name: 'sql-none',
    path: sql("SELECT body FROM logs WHERE timestamp < '2001-01-01'"),
    ready: 'text=No rows',
  },
  { name: 'sql-refused', path: sql('SELECT servce,\n  count(*)\nFROM logs'), ready: '[role=alert]' },
  {
    name: 'sql-too-many',
    path: sql('SELECT body FROM logs'),
    ready: 'text=Ask again in a moment',
    before: (standIn) => standIn.world.broken.add('/query/sql'),
  },
  {
    name: 'sql-loading',
    path: sql('SELECT body FROM logs'),
    ready: '[aria-busy]',
    options: { delayMs: 3000 },
  },
  { name: 'traces', path: '/traces', ready: 'ul[aria-label=Traces]', windowOnly: true },
  {
    name: 'traces-slowest',
    path: '/traces?sort=slowest&only=errors&period=24h&min=20',
    ready: 'ul[aria-label=Traces]',
    windowOnly: true,
  },
  {
    name: 'traces-none',
    path: '/traces?project=a-new-project',
    ready: 'text=No traces in the last',
    windowOnly: true,
  },
  { name: 'trace', path: `/traces/${CHECKOUT}`, ready: SPAN },
  {
    name: 'trace-span',
    path: `/traces/${CHECKOUT}?span=0000000000000009`,
    ready: 'text=Self time',
    windowOnly: true,
  },
  {
    name: 'trace-keys',
    path: `/traces/${CHECKOUT}`,
    ready: SPAN,
    windowOnly: true,
    act: async (page) => {
      await press('ArrowDown', 'ArrowDown', 'ArrowDown', 'ArrowLeft', 'e', 'e', 'z')(page);
    },
  },
  { name: 'trace-find', path: `/traces/${CHECKOUT}?find=stock&rows=spans`, ready: SPAN, windowOnly: true },
  { name: 'trace-find-none', path: `/traces/${CHECKOUT}?find=zzzz`, ready: 'text=Nothing in this trace' },
  {
    name: 'trace-error',
    path: `/traces/${CHECKOUT}?event=00000000000003e80000000000000000`,
    ready: 'text=Open SHOP-API-1',
    windowOnly: true,
  },
  { name: 'trace-logs', path: `/traces/${LOGS_ALONE}`, ready: LANE_ROW, windowOnly: true },
  {
    name: 'trace-logs-line',
    path: `/traces/${LOGS_ALONE}?only=errors`,
    ready: LANE_ROW,
    windowOnly: true,
    act: async (page) => {
      await page.locator(LANE_ROW).last().click();
      await page.getByText('Open in the logs').waitFor();
    },
  },
  {
    name: 'trace-large',
    path: `/traces/${LARGE}`,
    ready: SPAN,
    windowOnly: true,
    act: async (page) => {
      await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight / 2));
      await page.waitForTimeout(300);
    },
  },
  { name: 'trace-gone', path: `/traces/${'0'.repeat(32)}`, ready: 'text=Nothing is kept', windowOnly: true },
  {
    name: 'trace-loading',
    path: `/traces/${CHECKOUT}`,
    ready: '[aria-busy]',
    windowOnly: true,
    options: { delayMs: 3000 },
  },
  { name: 'usage', path: '/usage', ready: 'text=The ledger balances' },
  {
    name: 'usage-detail',
    path: '/usage?period=30d',
    ready: 'text=The ledger balances',
    act: async (page) => {
      await page.getByRole('button', { name: 'event' }).first().click();
      await page.getByText('Who sent it').waitFor();
    },
  },
  {
    name: 'dead-letter',
    path: '/usage',
    ready: 'text=RangeError',
    windowOnly: true,
    act: async (page) => {
      await page.getByRole('button', { name: 'Read' }).first().click();
      await page.getByText('Save the bytes').waitFor();
    },
  },
  { name: 'settings-projects', path: '/settings', ready: 'text=New project' },
  { name: 'settings-project', path: '/settings/projects/shop-api', ready: 'text=Mobile apps' },
  { name: 'settings-limits', path: '/settings/projects/shop-api/limits', ready: 'text=Removed in the last' },
  {
    name: 'settings-filters',
    path: '/settings/projects/shop-api/filters',
    ready: 'text=Browser noise',
    act: async (page) => {
      await page.getByRole('button', { name: 'Try on stored events' }).click();
      await page.getByRole('region', { name: 'Preview' }).waitFor();
    },
  },
  {
    name: 'settings-source-maps',
    path: '/settings/projects/shop-web/source-maps',
    ready: 'h2:has-text("Source maps")',
    act: (page) => page.locator('main summary').first().click(),
  },
  {
    name: 'issue-not-readable',
    path: '/issues/1001/stack',
    ready: 'text=was not uploaded',
  },
  {
    name: 'settings-project-delete',
    path: '/settings/projects/shop-api',
    ready: 'text=Mobile apps',
    windowOnly: true,
    act: (page) => page.getByRole('button', { name: 'Delete the project' }).click(),
  },
  {
    name: 'settings-key',
    path: '/settings/projects/shop-api',
    ready: 'text=Mobile apps',
    windowOnly: true,
    act: (page) => page.getByRole('button', { name: 'New key' }).click(),
  },
  { name: 'settings-members', path: '/settings/members', ready: 'text=Grace' },
  { name: 'settings-tokens', path: '/settings/tokens', ready: 'text=Release pipeline' },
  {
    name: 'settings-token-new',
    path: '/settings/tokens',
    ready: 'text=Release pipeline',
    windowOnly: true,
    act: (page) => page.getByRole('button', { name: 'New token' }).click(),
  },
  { name: 'settings-audit', path: '/settings/audit', ready: 'text=Change a member' },
  {
    name: 'settings-audit-none',
    path: '/settings/audit?person=nobody-of-that-name',
    ready: 'text=Nothing was done that fits',
    windowOnly: true,
  },
  { name: 'settings-account', path: '/settings/account', ready: 'text=Present password' },
  { name: 'settings-appearance', path: '/settings/appearance', ready: 'text=As the system' },
  { name: 'not-found', path: '/nothing/here', ready: 'text=There is no page', windowOnly: true },
];
