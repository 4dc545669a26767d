import { expect, test } from 'vitest';
import { browserOf } from './user-agent.ts';

const KHTML = 'AppleWebKit/537.36 (KHTML, like Gecko)';

test.each([
  [`Mozilla/5.0 (X11; Linux x86_64) ${KHTML} Chrome/149.0.0.0 Safari/537.36`, 'chrome', 149],
  [`Mozilla/5.0 (Windows NT 10.0) ${KHTML} Chrome/149.0.0.0 Safari/537.36 Edg/148.0.1`, 'edge', 148],
  [`Mozilla/5.0 (Windows NT 10.0) ${KHTML} Chrome/64.0 Safari/537.36 Edge/17.17134`, 'edge', 17],
  [`Mozilla/5.0 (Windows NT 10.0) ${KHTML} Chrome/62.0 Safari/537.36 OPR/49.0.1`, 'opera', 49],
  ['Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.16', 'opera', 12],
  ['Opera/9.80 (Android; Opera Mini/36.2/119.132; U; en) Presto/2.12.423 Version/12.16', 'opera_mini', 36],
  ['Mozilla/5.0 (compatible; MSIE 9.0; Windows NT 6.1; Trident/5.0)', 'ie', 9],
  ['Mozilla/5.0 (Windows NT 10.0; WOW64; Trident/7.0; rv:11.0) like Gecko', 'ie', 11],
  ['Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'firefox', 140],
  [
    'Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Mobile/15E148 Safari/604.1',
    'safari',
    18,
  ],
  [
    'Mozilla/5.0 (Linux; U; Android 2.3.7; en-us; Nexus One) AppleWebKit/533.1 (KHTML, like Gecko) Version/4.0 Mobile Safari/533.1',
    'android',
    2,
  ],
])('%s', (userAgent, browser, version) => {
  expect(browserOf(userAgent)).toEqual({ browser, version });
});

test('a program is no browser', () => {
  expect(browserOf('sentry.javascript.node/11.12.0')).toBeNull();
});
