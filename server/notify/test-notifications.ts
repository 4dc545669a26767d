/** For tests: what alerts say, in the cases that every channel has to say well. */
import type { Notification } from '#server/record/notification.ts';

/** 2026-11-23 03:12 UTC */
export const AT_NIGHT = Date.UTC(2026, 10, 23, 3, 12);

export function notification(given: Partial<Notification> = {}): Notification {
  return {
    id: 'n-1',
    organizationId: '1',
    project: { id: 1, slug: 'shop', name: 'Shop' },
    rule: { id: 'r-1', name: 'New issues in production' },
    firingKey: 'rule:1/issue:12',
    state: 'firing',
    priority: 'critical',
    title: 'New issue: PaymentError: gateway answered 503',
    reason: 'A new issue affected 50 users in the last hour.',
    startedAt: AT_NIGHT,
    endedAt: null,
    facts: [
      { name: 'Users', value: '50' },
      { name: 'Events', value: '213' },
      { name: 'Release', value: 'shop@2.4.0' },
    ],
    cause: {
      text: 'GET https://gateway.example.com/charge 503 in 1200 ms',
      evidence: 'started 2 min before, in 48 of 50 traces',
      url: 'https://tandem.example.com/logs?trace=abc',
    },
    issue: { id: '12', shortId: 'SHOP-12' },
    url: 'https://tandem.example.com/issues/12',
    labels: { environment: 'production', service: 'checkout' },
    ...given,
  };
}

export const CASES: Record<string, Notification> = {
  'a new issue': notification(),
  'a threshold of users': notification({
    id: 'n-2',
    priority: 'warning',
    title: 'PaymentError: gateway answered 503',
    reason: '1,204 users in the last 15 min, more than 1,000.',
    cause: null,
  }),
  'a firing that is over': notification({
    id: 'n-3',
    state: 'resolved',
    endedAt: AT_NIGHT + 95 * 60_000,
    reason: 'No event for 30 min.',
  }),
  'log records': notification({
    id: 'n-4',
    firingKey: 'rule:2',
    priority: 'info',
    rule: { id: 'r-2', name: 'Timeouts of checkout' },
    title: 'Timeouts of checkout: 412 log records',
    reason: '412 log records in 5 min, more than 100.',
    facts: [
      { name: 'Query', value: 'service:checkout "timed out"' },
      { name: 'Most frequent', value: 'upstream timed out after <*> ms (398)' },
    ],
    cause: null,
    issue: null,
    project: null,
    url: 'https://tandem.example.com/logs?q=service%3Acheckout',
  }),
  'hostile text': notification({
    id: 'n-5',
    title:
      'New issue: <script>alert(1)</script> @everyone @here <!channel> <@U123> *bold* _x_ `code` [click](https://evil.example) \u202Egnp.exe\r\nBcc: all@example.com',
    reason: '# heading\n> quote\n- list <img src=x onerror=alert(1)> &amp; </b> | || ~~x~~',
    facts: [
      { name: '<b>Users</b>', value: '```\n@channel\n``` <https://evil.example|click>' },
      { name: 'Release', value: 'shop@2.4.0 {{ 7 | times: 7 }} \u0000\u0007' },
    ],
    cause: {
      text: '``` \n@here <!everyone> </pre><a href="javascript:alert(1)">x</a>\n| pipe',
      evidence: '<at>everyone</at> **now**',
      url: 'javascript:alert(1)',
    },
    rule: { id: 'r-1', name: 'Rule "x" \\ \'y\'' },
    labels: { 'a-b c': 'x,y', '1st': '<v>' },
  }),
  'very long text': notification({
    id: 'n-6',
    title: `New issue: ${'长い文字列 😀 & < > * _ '.repeat(400)}`,
    reason: '&<>"\''.repeat(3_000),
    facts: Array.from({ length: 60 }, (_, at) => ({ name: `fact ${at}`, value: '<&>'.repeat(900) })),
    cause: {
      text: 'line & < > `\n'.repeat(900),
      evidence: '&'.repeat(5_000),
      url: 'https://tandem.example.com/x',
    },
    firingKey: `rule:${'k'.repeat(900)}`,
    labels: Object.fromEntries(Array.from({ length: 80 }, (_, at) => [`label ${at}`, 'v'.repeat(900)])),
  }),
};
