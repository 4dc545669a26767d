// A shop that also reports what is part of the day: wrong addresses, forms, crawlers. Once through: node noisy-shop.mjs
import * as Sentry from '@sentry/node';

const RELEASE = process.env.SHOP_RELEASE ?? 'shop@1.4.0';
Sentry.init({
  dsn: process.env.SENTRY_DSN,
  release: RELEASE,
  environment: 'production',
  serverName: 'web-1',
  tracesSampleRate: 1,
});

class NotFoundError extends Error {
  name = 'NotFoundError';
}
class ZodError extends Error {
  name = 'ZodError';
}
class CouponError extends Error {
  name = 'CouponError';
}

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36';
const GOOGLEBOT = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';
const IE = 'Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko';

function fail(
  error,
  { userAgent = CHROME, url = 'https://shop.example/checkout', ip = '198.51.100.9' } = {},
) {
  Sentry.withScope((scope) => {
    scope.setUser({ id: ip, ip_address: ip });
    scope.addEventProcessor((event) => ({
      ...event,
      request: { url, headers: { 'User-Agent': userAgent } },
    }));
    Sentry.captureException(error);
  });
}

fail(new Error('Card declined'));
fail(new Error('Read by a crawler'), { userAgent: GOOGLEBOT });
fail(new Error('Seen in an old browser'), { userAgent: IE });
fail(new Error('On my machine'), { url: 'http://localhost:3000/checkout' });
fail(new Error('From the office'), { ip: '203.0.113.77' });
fail(new Error('Payment of cart 17 timed out'));
fail(new CouponError('SPRING is no coupon'));
fail(new NotFoundError('No product 99'));
fail(new ZodError('Expected a number'));
Sentry.startSpan({ name: 'GET /healthz', op: 'http.server', forceTransaction: true }, () => {});
Sentry.startSpan({ name: 'GET /checkout', op: 'http.server', forceTransaction: true }, () => {});
await Sentry.flush(5_000);
