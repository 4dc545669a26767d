/** The shop's page with the real @sentry/browser, on an origin of its own, as people have it. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { eventually, KEY, type Program } from './program.ts';

export interface ShopPage {
  /** Requests of the page that went to its own server's tunnel. */
  readonly tunnelled: number;
  /** Opens the page, does what the story says, and waits until the SDK has sent. */
  visit(browser: Browser, story: string, use?: (page: Page) => Promise<void>): Promise<void>;
  close(): void;
}

export async function openShopPage(program: Program): Promise<ShopPage> {
  const bundle = await bundlePage();
  let tunnelled = 0;
  const server = createServer(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url!, 'http://shop');
    if (pathname === '/tunnel') {
      tunnelled += 1;
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const answer = await fetch(`${program.url}/tunnel`, { method: 'POST', body: Buffer.concat(chunks) });
      response.writeHead(answer.status).end(await answer.text());
    } else if (pathname === '/bundle.js')
      response.writeHead(200, { 'content-type': 'text/javascript' }).end(bundle);
    else {
      const policy = `img-src 'self'; report-uri ${program.url}/api/1/security/?sentry_key=${KEY}&sentry_release=shop-web%402.0.1`;
      const headers = {
        'content-type': 'text/html',
        ...(searchParams.get('story') === 'csp' ? { 'content-security-policy': policy } : {}),
        ...(searchParams.get('story') === 'csp-group'
          ? { 'content-security-policy': policy.replace('img-src', 'script-src') }
          : {}),
      };
      response
        .writeHead(200, headers)
        .end(
          '<!doctype html><title>Shop</title><body><button>Pay</button><script src="/bundle.js"></script>',
        );
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // Another host name than the program's, so that every request crosses origins.
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;

  return {
    get tunnelled() {
      return tunnelled;
    },
    async visit(browser, story, use = async () => {}) {
      const page = await browser.newPage();
      await page.goto(`${origin}/checkout?story=${story}&dsn=${encodeURIComponent(program.dsn)}`);
      await use(page);
      // Asked again and again: a page whose policy forbids eval cannot wait for it by itself.
      await eventually(() => page.evaluate<boolean>('Boolean(window.storyIsTold)'), Boolean);
      await page.evaluate('window.finished()');
      await page.close();
    },
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function bundlePage(): Promise<string> {
  const entry = join(import.meta.dirname, '../programs/browser-page.js');
  const result = await build({
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'shop', fileName: 'bundle' } },
  });
  const [{ output }] = result as { output: { code: string }[] }[] as [{ output: [{ code: string }] }];
  return output[0].code;
}
