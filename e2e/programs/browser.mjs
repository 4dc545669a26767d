// Opens the shop's page in Chromium, on an origin of its own, and waits until the SDK has sent: node browser.mjs STORY
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { chromium } from 'playwright-core';

const story = process.argv[2];
const dsn = new URL(process.env.SENTRY_DSN);
const page = '<!doctype html><title>Shop</title><button>Pay</button><script src="/bundle.js"></script>';
const policy = `img-src 'self'; report-uri ${dsn.origin}/api/1/security/?sentry_key=${dsn.username}&sentry_release=shop-web%402.0.1&sentry_environment=production`;

const shop = createServer(async (request, response) => {
  const { pathname } = new URL(request.url, 'http://shop');
  if (pathname === '/tunnel') {
    // The page's own server passes the envelope on, as people set it up.
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const headers = request.headers['content-type']
      ? { 'content-type': request.headers['content-type'] }
      : {};
    await fetch(`${dsn.origin}/tunnel`, { method: 'POST', body: Buffer.concat(chunks), headers });
    response.end('{}');
  } else if (pathname === '/bundle.js')
    response.setHeader('content-type', 'text/javascript').end(readFileSync('bundle.js'));
  else {
    if (story === 'csp') response.setHeader('content-security-policy', policy);
    response.setHeader('content-type', 'text/html').end(page);
  }
});
await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
});
const tab = await browser.newPage();
await tab.goto(
  `http://localhost:${shop.address().port}/checkout?story=${story}&dsn=${encodeURIComponent(dsn.href)}`,
);
await tab.waitForTimeout(500);
await tab.evaluate(() => window.finished());
await tab.waitForTimeout(500);
await browser.close();
shop.close();
shop.closeAllConnections();
