/** A new build of the web under a running program, as an update on the spot makes it, takes nothing from its pages. */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { screens, startForAll } from './support/one-program.ts';
import { startProgram } from './support/program.ts';

const DIST = join(import.meta.dirname, '../dist');
const WEB = join(DIST, 'web');
const ASIDE = join(DIST, 'web.aside');

startForAll();

test('an open page goes on to screens whose files are gone from the disk, and a new page opens', async () => {
  const page = await screens.visit('/issues');
  await page.getByRole('heading', { name: 'Issues', exact: true }).waitFor();
  await page.evaluate('window.notReloaded = true');
  renameSync(WEB, ASIDE);
  try {
    mkdirSync(WEB);
    writeFileSync(join(WEB, 'index.html'), '<!doctype html><title>Another build</title>');
    await page.getByRole('link', { name: 'Usage' }).click();
    await page.getByRole('heading', { name: 'Usage', exact: true }).waitFor();
    await page.getByRole('link', { name: 'Settings' }).click();
    await page.getByRole('heading', { name: 'Projects', exact: true }).waitFor();
    expect(await page.evaluate('window.notReloaded')).toBe(true);
    const fresh = await screens.visit('/settings/members');
    await fresh.getByRole('heading', { name: 'Members', exact: true }).waitFor();
  } finally {
    rmSync(WEB, { recursive: true });
    renameSync(ASIDE, WEB);
  }
});

test('a start that finds the web out of date puts a whole new build in the place of the old', async () => {
  const before = statSync(WEB).ino;
  rmSync(join(DIST, 'web.stamp'));
  const second = await startProgram();
  expect(second.output()).toContain('Building the web screens');
  expect(statSync(WEB).ino).not.toBe(before);
  expect(readdirSync(DIST).toSorted()).toEqual(['web', 'web.stamp']);
  const page = await (await fetch(second.url)).text();
  expect(page).toBe(readFileSync(join(WEB, 'index.html'), 'utf8'));
  for (const [, file] of page.matchAll(/(?:src|href)="(\/[^"]+)"/g))
    expect((await fetch(second.url + file)).status, file).toBe(200);
  await second.discard();
});
