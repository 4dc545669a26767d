/** A page whose script was built and minified, served from an origin of its own as people have it. */
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';

/** Opens the page built into the directory and presses its button, which fails. */
export async function pressPay(
  browser: Browser,
  directory: string,
  { script, ...query }: { script: string; dsn: string; cart: string; release?: string; dist?: string },
): Promise<void> {
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url!, 'http://shop');
    if (pathname.endsWith('.js'))
      response
        .writeHead(200, { 'content-type': 'text/javascript' })
        .end(await readFile(join(directory, pathname)));
    else
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end(
          `<!doctype html><title>Shop</title><body><button>Pay</button><script type="module" src="${script}"></script>`,
        );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const page = await browser.newPage();
  try {
    const { port } = server.address() as AddressInfo;
    await page.goto(`http://localhost:${port}/checkout?${new URLSearchParams(query)}`);
    await page.waitForFunction('window.finished');
    await page.getByRole('button').click();
    await page.evaluate('window.finished()');
  } finally {
    await page.close();
    server.closeAllConnections();
    server.close();
  }
}
