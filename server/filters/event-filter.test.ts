/** Each filter on an event that it is for, and on one that looks like it and is not. */
import { expect, test } from 'vitest';
import type { EventPayload } from '#server/record/event.ts';
import { factsOf } from './event-facts.ts';
import { compileRules, filterOf } from './event-filter.ts';
import { type FilterRules, NO_RULES } from './filter-rules.ts';
import { isHealthCheck } from './health-check.ts';

const CHROME =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/149.0.0.0 Safari/537.36';

function event(parts: {
  message?: string;
  type?: string;
  source?: string;
  userAgent?: string;
  url?: string;
  ip?: string;
  release?: string;
  platform?: string;
}): EventPayload {
  return {
    event_id: '0d51cdd55d5a4ed6a4f2a4cbf2a4cbf2',
    type: 'error',
    timestamp: 0,
    received: 0,
    level: 'error',
    platform: parts.platform ?? 'javascript',
    tags: [],
    release: parts.release ?? 'shop@1.4.0',
    user: { ip_address: parts.ip ?? '198.51.100.9' },
    request: {
      url: parts.url ?? 'https://shop.example/checkout',
      headers: [['User-Agent', parts.userAgent ?? CHROME]],
    },
    exception: {
      values: [
        {
          type: parts.type ?? 'Error',
          value: parts.message ?? 'Card declined',
          stacktrace: {
            frames: [
              { abs_path: 'https://shop.example/app.js' },
              { abs_path: parts.source ?? 'https://shop.example/pay.js' },
              { abs_path: '<anonymous>' },
            ],
          },
        },
      ],
    },
  };
}

const reasonFor = (rules: Partial<FilterRules>, parts: Parameters<typeof event>[0]) =>
  compileRules({ ...NO_RULES, ...rules }).ofEvent(factsOf(event(parts)));

const EXTENSION = 'chrome-extension://abcdefghijklmnopabcdefghijklmnop/inject.js';

test.each<[Partial<FilterRules>, Parameters<typeof event>[0], string | null]>([
  [{ browserExtensions: true }, { source: EXTENSION }, 'filtered_browser_extension'],
  [{ browserExtensions: true }, { source: 'safari-web-extension://1/a.js' }, 'filtered_browser_extension'],
  [{ browserExtensions: true }, { message: 'Extension context invalidated.' }, 'filtered_browser_extension'],
  [{ browserExtensions: true }, { source: EXTENSION, platform: 'node' }, null],
  [{ browserExtensions: true }, { message: 'No extension was given' }, null],
  [{ webCrawlers: true }, { userAgent: 'Mozilla/5.0 (compatible; bingbot/2.0)' }, 'filtered_web_crawler'],
  [{ webCrawlers: true }, { userAgent: 'Mozilla/5.0 (Linux; Android 9; CUBOT_NOTE_20)' }, null],
  [{ localhost: true }, { url: 'http://localhost:3000/' }, 'filtered_localhost'],
  [{ localhost: true }, { url: 'http://shop.localhost/' }, 'filtered_localhost'],
  [{ localhost: true }, { url: 'http://[::1]:3000/' }, 'filtered_localhost'],
  [{ localhost: true }, { ip: '127.0.0.1' }, 'filtered_localhost'],
  [{ localhost: true }, { url: 'https://localhost.example/' }, null],
  [
    { hydrationErrors: true },
    { message: 'Minified React error #418; visit https://react.dev' },
    'filtered_hydration_error',
  ],
  [{ hydrationErrors: true }, { message: 'Minified React error #31; visit https://react.dev' }, null],
  [{ legacyBrowsers: { chrome: 150 } }, {}, 'filtered_legacy_browser'],
  [{ legacyBrowsers: { chrome: 149 } }, {}, null],
  [{ legacyBrowsers: { safari: 20 } }, {}, null],
  [{ messages: ['error: card*'] }, {}, 'filtered_message'],
  [{ messages: ['card declined'] }, {}, 'filtered_message'],
  [{ messages: ['declined'] }, {}, null],
  [{ errorTypes: ['Coupon*'] }, { type: 'CouponError' }, 'filtered_error_type'],
  [{ releases: ['shop@1.*'] }, {}, 'filtered_release'],
  [{ addresses: ['198.51.100.0/24'] }, {}, 'filtered_address'],
  [{ expected: ['not_found'] }, { type: 'NotFoundError' }, 'expected_not_found'],
  [{ expected: ['cancelled'] }, { type: 'NotFoundError' }, null],
  [{}, { type: 'NotFoundError', source: EXTENSION, url: 'http://localhost/' }, null],
])('%j on %j: %s', (rules, parts, reason) => {
  expect(reasonFor(rules, parts)).toBe(reason);
});

test.each([
  ['GET /healthz', true],
  ['/ping', true],
  ['GET /actuator/health/readiness', true],
  ['GET /shopping', false],
  ['GET /health-insurance', false],
])('%s is a health check: %s', (name, is) => {
  expect(isHealthCheck(name)).toBe(is);
});

test('rules that an older or newer version wrote are read as far as they are known', () => {
  const { rules } = filterOf('{"localhost":true,"expected":["not_found","no_such_kind"]}');
  expect(rules).toEqual({ ...NO_RULES, localhost: true, expected: ['not_found'] });
});

test.each<[Record<string, string>, string | null]>([
  [{ blocked_uri: 'chrome-extension' }, 'filtered_browser_extension'],
  [
    { blocked_uri: 'https://cdn.evil.example/x.js', source_file: 'moz-extension' },
    'filtered_browser_extension',
  ],
  [{ blocked_uri: 'https://cdn.evil.example/x.js', source_file: EXTENSION }, 'filtered_browser_extension'],
  [{ blocked_uri: 'https://cdn.evil.example/x.js', source_file: 'https://shop.example/app.js' }, null],
  [{ blocked_uri: 'inline' }, null],
  [{ blocked_uri: 'data' }, null],
])('a report of the policy about what an extension did is noise: %j', (csp, reason) => {
  const { exception: _, ...rest } = event({});
  const filter = compileRules({ ...NO_RULES, browserExtensions: true });
  const report = { ...rest, type: 'csp' as const, platform: 'other', csp };
  expect(filter.ofEvent(factsOf(report))).toBe(reason);
});
