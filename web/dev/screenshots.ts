/// <reference types="node" />
/**
 * Photographs every scene, wide and on a phone, light and dark, and says what is wrong with it: accessibility
 * (axe), words cut off at the side, messages in the console, requests to anywhere else.
 *
 *     node web/dev/screenshots.ts <directory> [part of a scene's name]
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser } from 'playwright-core';
import { launchChromium } from './chromium.ts';
import { SCENES, type Scene } from './scenes.ts';
import { startStandIn } from './stand-in.ts';

const LOOKS = [
  { name: 'wide-light', width: 1440, height: 900, colorScheme: 'light' },
  { name: 'wide-dark', width: 1440, height: 900, colorScheme: 'dark' },
  { name: 'phone-light', width: 390, height: 844, colorScheme: 'light' },
  { name: 'phone-dark', width: 390, height: 844, colorScheme: 'dark' },
] as const;

type Look = (typeof LOOKS)[number];

async function photograph(browser: Browser, scene: Scene, look: Look, directory: string): Promise<string[]> {
  const standIn = await startStandIn({ issues: 400, ...scene.options });
  scene.before?.(standIn);
  const phone = look.width < 500;
  const context = await browser.newContext({
    viewport: { width: look.width, height: look.height },
    colorScheme: look.colorScheme,
    hasTouch: phone,
    isMobile: phone,
    reducedMotion: 'reduce',
  });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    // A refusal that the page shows is logged by the browser as well; that is no fault.
    if (
      ['error', 'warning'].includes(message.type()) &&
      !message.text().startsWith('Failed to load resource')
    )
      complaints.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(standIn.url)) complaints.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    complaints.push(`a script of a sender ran: ${dialog.message()}`);
    dialog.dismiss();
  });
  try {
    await page.goto(standIn.url + scene.path);
    await page.locator(scene.ready).first().waitFor({ timeout: 15_000 });
    await scene.act?.(page, standIn);
    await page.waitForTimeout(250);
    await page.screenshot({
      path: join(directory, `${scene.name}.${look.name}.png`),
      fullPage: !scene.windowOnly,
    });
    const { overflow, scheme } = await page.evaluate(() => ({
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      scheme: document.documentElement.dataset.theme,
    }));
    if (overflow > 0) complaints.push(`the page is ${overflow} px too wide`);
    if (scheme !== look.colorScheme) complaints.push(`the theme is ${scheme}`);
    const { violations } = await new AxeBuilder({ page }).analyze();
    for (const violation of violations)
      for (const node of violation.nodes.slice(0, 3))
        complaints.push(
          `axe ${violation.impact} ${violation.id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? node.all[0]?.message ?? ''}`,
        );
  } catch (error) {
    await page.screenshot({ path: join(directory, `${scene.name}.${look.name}.png`) });
    complaints.push(String(error).split('\n').slice(0, 4).join(' '));
  }
  await context.close();
  await standIn.close();
  return complaints;
}

const [directory = 'screenshots', part = ''] = process.argv.slice(2);
await mkdir(directory, { recursive: true });
const browser = await launchChromium();
let bad = 0;
for (const scene of SCENES.filter((each) => each.name.includes(part)))
  for (const look of LOOKS) {
    const complaints = await photograph(browser, scene, look, directory);
    bad += complaints.length;
    console.log(`${complaints.length ? '✗' : '✓'} ${scene.name} ${look.name}`);
    for (const complaint of complaints) console.log(`    ${complaint}`);
  }
await browser.close();
process.exitCode = bad > 0 ? 1 : 0;
