/** Grouping under control, with events of the real @sentry/node: rules tried and saved, issues merged and taken apart. */
import { beforeAll, expect, test } from 'vitest';
import type { GroupingPreview, IssueHashes, LookAlikes } from '#contract/grouping.ts';
import type { Issue, IssueDetail, IssueList } from '#contract/issues.ts';
import { photograph } from './support/browser.ts';
import { run } from './support/clients.ts';
import { issueTitled } from './support/look.ts';
import { program, screens, startAgain, startForAll } from './support/one-program.ts';
import { eventually } from './support/program.ts';
import { LOOKS, walk } from './support/scenes.ts';

startForAll();

async function shop(): Promise<void> {
  const { code, output } = await run(process.execPath, ['e2e/programs/grouping-shop.mjs'], {
    environment: { SENTRY_DSN: program.dsn },
  });
  expect(code, output).toBe(0);
}
const POOL = 'pool is empty';
const CARRIER = 'no answer from the carrier';

const read = (id: string) => program.get<IssueDetail>(`/api/v1/issues/${id}`);
/** The issue with the title, once it has as many events. */
const counting = async (title: string, events: number) => {
  const { id } = await issueTitled(program, title);
  return eventually(
    () => read(id),
    (issue) => issue.events === events,
  );
};
const now = async (title: string) => read((await issueTitled(program, title)).id);
async function post<Answer>(path: string, body: unknown): Promise<Answer> {
  const answer = await program.request('POST', path, body);
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as Answer;
}
const rules = (fingerprint: string) => ({ fingerprint, stackTrace: '' });

beforeAll(async () => {
  await shop();
  await counting('card 9999', 1);
  await counting(POOL, 2);
});

test('issues are merged in the list, and one is taken out again: every number is that of its events', async () => {
  const [pool, carrier] = [await counting(POOL, 2), await counting(CARRIER, 1)];
  const page = await screens.visit('/issues');
  for (const { shortId } of [pool, carrier]) await page.getByText(`Select ${shortId}`).locator('..').click();
  await page.keyboard.press('m');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('3 events in all').waitFor();
  await dialog.getByRole('button', { name: 'Merge 2 issues' }).click();
  await page.getByText(`Merged ${carrier.shortId} into ${pool.shortId}`).waitFor();

  // The old short id leads to the one that stays, in the API and on the page.
  const merged = await read(carrier.shortId);
  expect(merged).toMatchObject({ id: pool.id, shortId: pool.shortId, events: 3, users: 2 });
  await page.goto(`${program.url}/issues/${carrier.id}/hashes`);
  await page.waitForURL(`**/issues/${pool.id}/grouping`);

  // New events of both kinds go there.
  await shop();
  await eventually(
    () => read(pool.id),
    ({ events }) => events === 6,
  );
  await page.reload();
  await page.getByRole('button', { name: `Take out ${carrier.shortId} again` }).click();
  await page.getByText(`${carrier.shortId} has 2 events now`).waitFor();
  expect(await read(carrier.shortId)).toMatchObject({
    id: carrier.id,
    events: 2,
    users: 1,
    title: carrier.title,
  });
  expect(await read(pool.id)).toMatchObject({ events: 4, users: 2, title: pool.title });
  const { activity } = await read(carrier.id);
  expect(activity.map(({ kind }) => kind)).toEqual(['unmerged', 'first_seen']);
});

test('a merge that was answered is there after the machine is killed, and so is what was taken out', async () => {
  const [pool, carrier] = [await now(POOL), await now(CARRIER)];
  await post<Issue>('/api/v1/issues/merge', { ids: [pool.id, carrier.id] });
  await program.killAll();
  await startAgain();
  const { hashes, merged } = await program.get<IssueHashes>(`/api/v1/issues/${pool.id}/hashes`);
  expect(hashes.map(({ events }) => events)).toEqual([pool.events, carrier.events]);
  await post<Issue>(`/api/v1/issues/${pool.id}/unmerge`, { hashes: merged[0]!.hashes });
  await program.killAll();
  await startAgain();
  expect(await read(pool.id)).toMatchObject({ events: pool.events, users: 2 });
  expect(await read(carrier.id)).toMatchObject({
    events: carrier.events,
    users: 1,
    lastRelease: 'shop@1.0.0',
  });
});

test("Sentry's API merges and takes apart", async () => {
  const [pool, carrier] = [await now(POOL), await now(CARRIER)];
  const path = `/api/0/organizations/default/issues/`;
  const merged = await program.request('PUT', `${path}?id=${pool.id}&id=${carrier.id}`, { merge: 1 });
  expect(await merged.json()).toEqual({ merge: { parent: pool.id, children: [carrier.id] } });
  expect(await program.get(`${path}${carrier.id}/`)).toMatchObject({
    id: pool.id,
    count: String(pool.events + carrier.events),
    userCount: 2,
  });
  const hashes = await program.get<{ id: string; latestEvent: { title: string } }[]>(
    `${path}${pool.id}/hashes/`,
  );
  const out = hashes.find(({ latestEvent }) => latestEvent.title.includes(CARRIER))!;
  expect((await program.request('PUT', `${path}${pool.id}/hashes/?id=${out.id}`)).status).toBe(202);
  expect(await program.get(`${path}${carrier.id}/`)).toMatchObject({
    count: String(carrier.events),
    shortId: carrier.shortId,
  });
});

test('what looks alike is offered with its reasons, and merged from the page', async () => {
  const [one, two] = [await now('card 4242'), await now('card 9999')];
  const { items } = await program.get<LookAlikes>(`/api/v1/issues/${one.id}/alike`);
  expect(items[0]).toMatchObject({ issue: { id: two.id } });
  const page = await screens.visit(`/issues/${one.id}/grouping`);
  await page.getByRole('button', { name: 'Why alike' }).first().click();
  await page.getByText('chargeAgain').waitFor();
  await photograph(page, 'grouping-alike', { whole: true });
  await page.getByRole('button', { name: `Merge with ${two.shortId}` }).click();
  await page.getByRole('button', { name: 'Merge 2 issues' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByText('As they were before').waitFor();
  expect(await read(two.id)).toMatchObject({ id: two.id, events: two.events });
});

test('every screen of it is sound, wide and on a phone, light and dark', async () => {
  const [pool, carrier] = [await now(POOL), await now(CARRIER)];
  await post<Issue>('/api/v1/issues/merge', { ids: [pool.id, carrier.id] });
  const card = await issueTitled(program, 'card 4242');
  const settings = '/settings/projects/default/grouping';
  for (const look of LOOKS)
    expect(
      await walk(
        screens,
        [
          {
            name: 'grouping-hashes',
            path: `/issues/${pool.id}/grouping`,
            ready: 'text=Merged into this one',
          },
          {
            name: 'grouping-merge',
            path: `/issues/${card.id}/grouping`,
            ready: 'text=Why alike',
            act: async (page) => {
              await page.getByRole('button', { name: 'Merge with…' }).click();
              await page.getByLabel('Add another').fill('card');
              await page.getByRole('list', { name: 'Found' }).waitFor();
            },
          },
          {
            name: 'grouping-rules',
            path: settings,
            ready: 'text=Stack trace rules',
            act: async (page) => {
              await page
                .getByRole('textbox', { name: 'Fingerprint rules' })
                .fill(
                  '# One issue for all of them\nerror.type:TimeoutError -> timeouts title="Timeouts"\nmessage:* -> {{ default }}',
                );
              await page
                .getByRole('textbox', { name: 'Stack trace rules' })
                .fill('stack.function:charge* -group\nstack.abs_path:**/programs/** -ap');
              await page.getByText('Line 2, column 31').waitFor();
              await page.getByRole('button', { name: 'Preview' }).click();
              await page.getByText('Rule by rule').waitFor();
              await photograph(page, `grouping-preview.${look.width}-${look.colorScheme}`, { whole: true });
            },
          },
        ],
        look,
      ),
    ).toEqual([]);
  const merged = await program.get<IssueHashes>(`/api/v1/issues/${pool.id}/hashes`);
  await post<Issue>(`/api/v1/issues/${pool.id}/unmerge`, { hashes: merged.merged[0]!.hashes });
});

test('a rule is tried on what is stored, saved, and then events group by it', async () => {
  const [pool, carrier] = [await now(POOL), await now(CARRIER)];
  const page = await screens.visit('/settings/projects/default/grouping');
  const editor = page.getByRole('textbox', { name: 'Fingerprint rules' });
  await editor.fill('error.type:TimeoutError > timeouts');
  await page.getByText('Line 1, column 25: expected a matcher such as error.type:').waitFor();
  expect(await page.getByRole('button', { name: 'Save rules' }).isDisabled()).toBe(true);

  const rule = 'error.type:TimeoutError -> timeouts, {{ tags.region }} title="Timeouts in {{ tags.region }}"';
  await editor.fill(rule);
  await page.keyboard.press('Control+Enter');
  const preview = page.getByRole('region', { name: 'Preview' });
  await preview.getByText('Would be one').waitFor();
  await preview.getByText('Would be several').waitFor();
  expect(await preview.getByText('Timeouts in eu').count()).toBeGreaterThan(0);
  await page.getByRole('button', { name: 'Save rules' }).click();
  await page.getByText('Saved: true for what is processed from now on').waitFor();

  await shop();
  expect(await counting('Timeouts in eu', 2)).toMatchObject({ users: 1 });
  expect(await counting('Timeouts in us', 1)).toMatchObject({ users: 1 });
  // Nothing that is stored has moved, and nothing new came to it.
  expect(await read(pool.id)).toMatchObject({ events: pool.events });
  expect(await read(carrier.id)).toMatchObject({ events: carrier.events });

  const { id } = await issueTitled(program, 'Timeouts in eu');
  await page.goto(`${program.url}/issues/${id}/grouping`);
  await page.getByText('Fingerprint set by a rule of the project').waitFor();
  await page.getByText(rule).waitFor();
});

test('a stack trace rule takes a frame out, and the explanation names it', async () => {
  await program.request('PUT', '/api/v1/projects/default/grouping', {
    fingerprint: '',
    stackTrace: 'stack.function:chargeAgain -group',
  });
  const before = await program.get<IssueList>('/api/v1/issues?query=CardError&limit=100');
  await shop();
  const after = await eventually(
    () => program.get<IssueList>('/api/v1/issues?query=CardError&limit=100'),
    ({ total }) => total > before.total,
  );
  const fresh = after.items.find(({ id }) => !before.items.some((issue) => issue.id === id))!;
  const page = await screens.visit(`/issues/${fresh.id}/grouping`);
  await page.getByText('left out: rule stack.function:chargeAgain -group').first().waitFor();
});

test('a rule that would keep kinds apart is suggested, and tried before it is saved', async () => {
  await program.request('PUT', '/api/v1/projects/default/grouping', rules(''));
  const pool = await issueTitled(program, POOL);
  const page = await screens.visit(`/issues/${pool.id}/grouping`);
  await page.getByRole('link', { name: /^region/ }).click();
  const editor = page.getByRole('textbox', { name: 'Fingerprint rules' });
  await expect
    .poll(() => editor.inputValue())
    .toBe('error.type:TimeoutError -> {{ default }}, {{ tags.region }}\n');
  const preview = await post<GroupingPreview>(
    '/api/v1/projects/default/grouping/preview',
    rules(await editor.inputValue()),
  );
  expect(preview.splits.map(({ from }) => from.id)).toContain(pool.id);
});
