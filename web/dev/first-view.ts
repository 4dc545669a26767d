/// <reference types="node" />
/**
 * How much script a first view takes, gzipped as the stand-in sends it, and how long until it can be used, with
 * 10,000 issues. `node web/dev/first-view.ts` after a build; the figures are JSON with their units in the names.
 */
import { launchChromium } from './chromium.ts';
import { startStandIn } from './stand-in.ts';

const VIEWS = [
  { path: '/issues', ready: 'li[data-index]' },
  { path: '/issues/1000', ready: '#stack' },
  { path: '/logs', ready: 'li[data-index]' },
  { path: '/usage', ready: 'table' },
  { path: '/sign-in', ready: 'form' },
] as const;
const RUNS = 5;

const standIn = await startStandIn({ issues: 10_000 });
const browser = await launchChromium();
for (const { path, ready } of VIEWS) {
  const times: number[] = [];
  let scripts = { files: 0, bytes: 0 };
  for (let run = 0; run < RUNS; run += 1) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.goto(standIn.url + path, { waitUntil: 'commit' });
    await page.locator(ready).first().waitFor();
    const seen = await page.evaluate(() => {
      const files = performance.getEntriesByType('resource').filter((each) => each.name.endsWith('.js'));
      return {
        now: performance.now(),
        sizes: files.map((each) => (each as PerformanceResourceTiming).encodedBodySize),
      };
    });
    times.push(Math.round(seen.now));
    scripts = { files: seen.sizes.length, bytes: seen.sizes.reduce((sum, size) => sum + size, 0) };
    await context.close();
  }
  times.sort((a, b) => a - b);
  console.log(
    JSON.stringify({
      path,
      scriptFiles: scripts.files,
      scriptGzipKb: Math.round(scripts.bytes / 100) / 10,
      usableMsMedian: times[RUNS >> 1],
      usableMsMax: times.at(-1),
    }),
  );
}
await browser.close();
await standIn.close();
