/**
 * Walks through pages as somebody looks at them: axe finds nothing serious, nothing is wider than its window, and the
 * theme is the one that was asked for. The photographs in .cache/screens are for people to look at.
 */
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import { type Look, photograph, type Screens, WIDE } from './browser.ts';

export const PHONE = { width: 390, height: 844, colorScheme: 'light' } as const;

/** Wide and on a phone, light and dark. */
export const LOOKS: readonly (Look & { name: string })[] = (['light', 'dark'] as const).flatMap(
  (colorScheme) => [
    { ...WIDE, colorScheme, name: `wide, ${colorScheme}` },
    { ...PHONE, colorScheme, name: `phone, ${colorScheme}` },
  ],
);

export interface Scene {
  name: string;
  path: string;
  /** What is there when the screen is. */
  ready: string;
  act?: (page: Page) => Promise<unknown>;
}

/** In one window; resolves with what is wrong, a line each. */
export async function walk(
  screens: Screens,
  scenes: readonly Scene[],
  look: Look,
  who?: 'nobody',
): Promise<string[]> {
  const wrong: string[] = [];
  const page = await screens.visit('/', { look, ...(who ? { who } : {}) });
  for (const { name, path, ready, act } of scenes) {
    await page.goto(path);
    await page.locator(ready).first().waitFor();
    await act?.(page);
    const where = `${name}.${look.width}-${look.colorScheme}`;
    await photograph(page, where, { whole: act === undefined });
    const tooWide = await page.evaluate(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    if (tooWide !== 0) wrong.push(`${where} is ${tooWide} px too wide`);
    const theme = await page.evaluate('document.documentElement.dataset.theme');
    if (theme !== look.colorScheme) wrong.push(`${where} is ${theme}`);
    for (const { id, nodes } of await seriousProblems(page))
      wrong.push(`${where}: ${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' ')}`);
  }
  return wrong;
}

/** What axe finds and calls serious or critical. */
async function seriousProblems(page: Page) {
  // Without the frames of other origins that there are none of, and without lists of what is well: three times as fast.
  const axe = new AxeBuilder({ page }).setLegacyMode(true).options({ resultTypes: ['violations'] });
  const { violations } = await axe.analyze();
  return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
