/**
 * In and out: a project with events of a real SDK is exported as files and verified, and imported into a second program over
 * the first one's own Sentry-compatible API. There it stands as it stood, and the same SDK goes on in the same issues.
 */
import { spawn } from 'node:child_process';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventList } from '#contract/events.ts';
import type { IssueDetail, IssueList, IssueListItem } from '#contract/issues.ts';
import { runNodeShop } from './support/clients.ts';
import { linesStored } from './support/logs.ts';
import { issueTitled } from './support/look.ts';
import { importAll, runExport, runImport, verifyExport } from './support/moving.ts';
import { eventually, type Program, startProgram, TOKEN } from './support/program.ts';

let from: Program;
let to: Program;
const directory = mkdtempSync(join(tmpdir(), 'tandem-export-'));
const source = () => ({ url: from.url, token: TOKEN });
const ofDefault = ['--org', 'default', '--project', 'default'];

async function issuesOf(program: Program): Promise<IssueListItem[]> {
  return (await program.get<IssueList>('/api/v1/issues?query=&limit=100')).items;
}
const byTitle = (issues: readonly IssueListItem[]) =>
  issues
    .map(({ title, status, firstSeen, lastSeen, events, level, firstRelease }) => ({
      ...{ title, status, firstSeen, lastSeen, events, level, firstRelease },
    }))
    .sort((a, b) => (a.title < b.title ? -1 : 1));

async function detail(program: Program, title: string): Promise<IssueDetail> {
  const { id } = await issueTitled(program, title);
  return program.get<IssueDetail>(`/api/v1/issues/${id}`);
}

beforeAll(async () => {
  [from, to] = await Promise.all([startProgram(), startProgram()]);
  for (const story of ['error', 'error', 'error', 'cause', 'message', 'attachment'])
    await runNodeShop(from, story);
  await eventually(
    () => issuesOf(from),
    (issues) => issues.length === 5 && issues.some(({ events }) => events === 3),
  );
  const patch = async (title: string, body: object) => {
    const { id } = await issueTitled(from, title);
    expect((await from.request('PATCH', `/api/v1/issues/${id}`, body)).status).toBe(200);
    return id;
  };
  await patch('Stock of SKU-7', { status: 'resolved' });
  await patch('Order is invalid', { status: 'archived' });
  const id = (await issueTitled(from, 'Card declined')).id;
  await from.request('POST', `/api/v1/issues/${id}/comments`, { text: 'The bank says no.' });
  const log = JSON.stringify({ message: 'the shop opens', level: 'info' });
  await fetch(`${from.url}/ingest/jsonl?key=0123456789abcdef0123456789abcdef`, { method: 'POST', body: log });
  await linesStored(from, 1);
});
afterAll(async () => {
  await Promise.all([from.discard(), to.discard()]);
  rmSync(directory, { recursive: true, force: true });
});

const partOf = (place: string, name: string) =>
  gunzipSync(readFileSync(join(place, name)))
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

test('an export is everything as files, and says itself whether it is whole', async () => {
  const place = join(directory, 'whole');
  const { code, output } = await runExport(from, place);
  expect(code, output).toBe(0);
  expect((await verifyExport(place)).output).toMatch(/^Whole: \d+ records in \d+ files/);

  const issues = partOf(place, 'issues.jsonl.gz');
  expect(issues.map(({ status }) => status).sort()).toEqual([
    ...['archived', 'resolved', 'unresolved', 'unresolved', 'unresolved'],
  ]);
  const declined = issues.find(({ title }) => title.includes('Card declined'));
  expect(declined.hashes[0].hash).toMatch(/^[0-9a-f]{32}$/);
  expect(declined.activity.map(({ kind }: { kind: string }) => kind)).toContain('comment');
  const events = readdirSync(join(place, 'events')).flatMap((name) => partOf(place, `events/${name}`));
  expect(events).toHaveLength(7);
  expect(events.find(({ event }) => event.user)?.event).toMatchObject({ user: { email: 'ann@example.com' } });
  expect(readdirSync(join(place, 'logs'))).toHaveLength(1);
  const files = partOf(place, 'attachments.jsonl.gz');
  expect(files.map(({ name }) => name).sort()).toEqual(['bytes.bin', 'cart.json']);
  expect(
    readFileSync(join(place, `attachments/${files.find(({ name }) => name === 'bytes.bin').id}`)),
  ).toEqual(Buffer.from([0, 10, 13, 123, 255]));
  expect(partOf(place, 'releases.jsonl.gz')).toMatchObject([{ version: 'shop@1.4.0' }]);
  // No secret is in it, whatever the file.
  const everything = readdirSync(place, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)))
    .map((bytes) => (bytes[0] === 0x1f ? gunzipSync(bytes) : bytes).toString('latin1'))
    .join('\n');
  expect(everything).not.toContain(TOKEN);
  expect(everything).not.toMatch(/token_hash|password_hash/);
});

test('the same twice is the same bytes, and what was changed on the disk is found', async () => {
  const place = join(directory, 'again');
  await runExport(from, place, '--logs', 'parquet');
  const files = (at: string) =>
    (
      JSON.parse(readFileSync(join(at, 'manifest.json'), 'utf8')) as {
        files: { path: string; kind: string; sha256: string }[];
      }
    ).files.filter(({ kind }) => kind !== 'logs');
  expect(files(place)).toEqual(files(join(directory, 'whole')));
  expect(
    readFileSync(join(place, 'logs', readdirSync(join(place, 'logs'))[0]!))
      .subarray(0, 4)
      .toString(),
  ).toBe('PAR1');

  appendFileSync(join(place, 'issues.jsonl.gz'), 'x');
  writeFileSync(join(place, 'more.txt'), 'x');
  const { code, output } = await verifyExport(place);
  expect(code).toBe(1);
  expect(output).toContain('issues.jsonl.gz has');
  expect(output).toContain('more.txt is not in the manifest');
  expect((await runExport(from, place)).output).toContain('holds an export that is whole');
});

test('an export that was cut off goes on with what it has', async () => {
  const place = join(directory, 'cut');
  await runExport(from, place);
  const manifest = JSON.parse(readFileSync(join(place, 'manifest.json'), 'utf8'));
  // As a run leaves it that was killed after its first files.
  const kept = manifest.files.filter(({ path }: { path: string }) => /^(artifacts|issues)/.test(path));
  writeFileSync(
    join(place, 'manifest.partial.json'),
    JSON.stringify({ ...manifest, finishedAt: null, files: kept }),
  );
  rmSync(join(place, 'manifest.json'));
  writeFileSync(join(place, 'releases.jsonl.gz.partial'), 'half');
  expect((await verifyExport(place)).output).toContain('run its command again');
  expect((await runExport(from, place)).code).toBe(0);
  expect((await verifyExport(place)).code).toBe(0);
});

test('an import brings issues as they stood, once, and goes on after it was killed', async () => {
  const first = spawn(
    process.execPath,
    ['bin/tandem.mjs', 'import', '--from', from.url, '--to', to.url, ...ofDefault, '--parallel', '1'],
    { env: { ...process.env, SENTRY_AUTH_TOKEN: TOKEN, TANDEM_TOKEN: TOKEN }, stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => first.on('exit', resolve));
  await eventually(
    () => issuesOf(to),
    (issues) => issues.length >= 1,
  );
  first.kill('SIGKILL');
  await ended;

  const [report] = await importAll(source(), to, ...ofDefault, '--keys');
  expect(report).toMatchObject({ complete: true, issues: { found: 5, left: 0 }, events: { left: 0 } });
  await eventually(
    () => issuesOf(to),
    (issues) => issues.reduce((sum, { events }) => sum + events, 0) === 7,
  );
  expect(byTitle(await issuesOf(to))).toEqual(byTitle(await issuesOf(from)));

  const [again] = await importAll(source(), to, ...ofDefault, '--keys');
  expect(again).toMatchObject({ issues: { found: 5, known: 5 }, events: { found: 0 } });
  expect((await issuesOf(to)).reduce((sum, { events }) => sum + events, 0)).toBe(7);

  const declined = await detail(to, 'Card declined');
  expect(declined.imported).toMatchObject([
    {
      source: `${from.url}/default/default`,
      shortId: (await issueTitled(from, 'Card declined')).shortId,
      events: 3,
    },
  ]);
  expect(declined.activity.map(({ kind, data }) => [kind, data.text])).toContainEqual([
    'comment',
    'The bank says no.',
  ]);
  const event = async (program: Program, title: string) => {
    const { id } = await issueTitled(program, title);
    const { items } = await program.get<EventList>(`/api/v1/issues/${id}/events`);
    return items.map((each) => [each.id, each.timestamp, each.user, each.release]);
  };
  expect(await event(to, 'Card declined')).toEqual(await event(from, 'Card declined'));
});

test('the SDK goes on in the issues that were brought; what is resolved comes back when it happens again', async () => {
  expect((await issueTitled(to, 'Stock of SKU-7')).status).toBe('resolved');
  await runNodeShop(to, 'error');
  await runNodeShop(to, 'message');
  const issues = await eventually(
    () => issuesOf(to),
    (all) => all.reduce((sum, { events }) => sum + events, 0) === 9,
  );
  expect(issues).toHaveLength(5);
  expect(await issueTitled(to, 'Card declined')).toMatchObject({ events: 4, status: 'unresolved' });
  expect(await issueTitled(to, 'Stock of SKU-7')).toMatchObject({
    status: 'unresolved',
    substate: 'regressed',
  });
  // What happened here is not taken back by another import.
  await importAll(source(), to, ...ofDefault);
  expect(await issueTitled(to, 'Stock of SKU-7')).toMatchObject({ status: 'unresolved' });
});

test('what is wrong is a sentence', async () => {
  const wrong = await runImport({ url: from.url, token: 'no-token' }, to, ...ofDefault);
  expect(wrong.code).toBe(1);
  expect(wrong.output).toContain('does not take the token (401');
  const missing = await runImport(source(), to, '--org', 'default', '--project', 'nothing');
  expect(missing.output).toContain('has no project nothing for this token. It has default.');
  const usage = await runImport(source(), to, ...ofDefault, '--events', 'many');
  expect(usage.code).toBe(2);
  expect(usage.output).toContain('--events is a whole number');
  const nobody = await runImport({ url: 'http://127.0.0.1:9', token: 'x' }, to, ...ofDefault);
  expect(nobody.output).toContain('gives no whole answer');
  const forbidden = await to.request('GET', '/api/v1/exports/nothing');
  expect(forbidden.status).toBe(404);
});
