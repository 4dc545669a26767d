/** Situations as people meet them: what stands in the story, what was counted, and which line is the cause. */
import { describe, expect, it } from 'vitest';
import { findCandidates } from './candidates.ts';
import type { Counted } from './count-candidates.ts';
import { evidenceOf } from './evidence.ts';
import { rankCandidates } from './rank-candidates.ts';
import { lineOf, type TestLine } from './test-lines.ts';

interface Situation {
  lines: (TestLine & {
    /** Of the occurrences, and of healthy traffic; what is not said was not counted. */
    sick?: [number, number];
    well?: [number, number];
    /** Seconds before the first occurrence; without it, it was there all the time. */
    beganBefore?: number;
  })[];
  says?: string;
}

const NOON_NS = 1_781_092_800_000_000_000n;
const NOON_MS = Number(NOON_NS / 1_000_000n);

function mark({ lines, says = 'no receipt for order A-17' }: Situation) {
  const error = lineOf({
    at: 0,
    kind: 'error',
    service: 'payments',
    host: 'pay-1',
    body: `PaymentError: ${says}`,
    traceId: 't-1',
    spanId: 'charge',
  });
  const all = lines.map((line) => lineOf({ why: 'trace', ...line }));
  const candidates = findCandidates(all, { line: error, words: [says] }, (_, moment) => moment);
  const counts = new Map<string, Counted>();
  for (const candidate of candidates) {
    const line = lines[all.indexOf(candidate.line)];
    if (!line?.sick) continue;
    counts.set(candidate.key, {
      occurrences: { with: line.sick[0], of: line.sick[1] },
      healthy: line.well ? { with: line.well[0], of: line.well[1] } : null,
      began: line.beganBefore === undefined ? null : NOON_NS - BigInt(line.beganBefore) * 1_000_000_000n,
      firstOccurrence: NOON_NS,
    });
  }
  return rankCandidates(candidates, counts);
}
const marked = (situation: Situation) => mark(situation)[0]?.candidate.line.body ?? null;

describe('the likely cause', () => {
  it.each<[string, Situation, string | null]>([
    [
      'is the downstream answer that only failing requests have, not the noise that all have',
      {
        lines: [
          {
            at: -900,
            service: 'stock',
            severity: 'error',
            body: 'price cache is cold',
            sick: [200, 200],
            well: [1480, 1500],
          },
          {
            at: -40,
            service: 'gateway',
            severity: 'error',
            body: 'POST /charges 503',
            sick: [200, 200],
            well: [3, 1500],
            beganBefore: 40,
          },
        ],
      },
      'POST /charges 503',
    ],
    [
      'is the gateway, not the catching services’ reports of it',
      {
        lines: [
          {
            at: -30,
            service: 'gateway',
            severity: 'error',
            body: 'POST /charges 503',
            sick: [50, 50],
            well: [0, 900],
          },
          {
            at: -10,
            service: 'payments',
            severity: 'error',
            body: 'no receipt for order A-17',
            sick: [50, 50],
            well: [0, 900],
          },
          {
            at: 15,
            service: 'web',
            severity: 'error',
            body: 'payments answered 500',
            sick: [50, 50],
            well: [0, 900],
          },
        ],
      },
      'POST /charges 503',
    ],
    [
      'is never what came after the error',
      {
        lines: [
          {
            at: 1,
            service: 'payments',
            severity: 'fatal',
            body: 'worker crashed',
            sick: [50, 50],
            well: [0, 900],
          },
          {
            at: 5000,
            service: 'web',
            severity: 'error',
            body: 'connection refused',
            sick: [50, 50],
            well: [0, 900],
          },
        ],
      },
      null,
    ],
    [
      'is the deepest call of a chain of spans: the one that ended first',
      {
        lines: [
          {
            at: -700,
            durationMs: 695,
            kind: 'span',
            spanKind: 'client',
            service: 'payments',
            severity: 'error',
            body: 'POST gateway',
            attributes: { 'http.response.status_code': 503 },
            sick: [20, 20],
            well: [0, 300],
          },
          {
            at: -690,
            durationMs: 680,
            kind: 'span',
            spanKind: 'server',
            service: 'gateway',
            severity: 'error',
            body: 'POST /charges',
            attributes: { 'http.status_code': 503 },
            sick: [20, 20],
            well: [0, 300],
          },
          {
            at: -680,
            durationMs: 650,
            kind: 'span',
            spanKind: 'client',
            service: 'gateway',
            severity: 'error',
            body: 'bank: connection refused',
            sick: [20, 20],
            well: [0, 300],
          },
        ],
      },
      'bank: connection refused',
    ],
    [
      'is the slow query, not what the failing service said of the errors of others before',
      {
        lines: [
          {
            at: -10_800,
            why: 'process',
            service: 'payments',
            host: 'pay-1',
            severity: 'error',
            body: 'GET /orders failed: no receipt for order A-17',
            sick: [43, 43],
            beganBefore: 0,
          },
          {
            at: -763,
            service: 'orders',
            severity: 'warn',
            body: 'query still running after 750 ms',
            sick: [43, 43],
            well: [2, 80],
            beganBefore: 1,
          },
        ],
      },
      'query still running after 750 ms',
    ],
    [
      'is the process that ran out of memory, not the request that failed with the error',
      {
        says: 'connect ECONNREFUSED 10.0.0.7:80',
        lines: [
          {
            at: -2400,
            why: 'time',
            service: 'recommendations',
            severity: 'fatal',
            body: 'JavaScript heap out of memory',
            sick: [25, 25],
            beganBefore: 3,
          },
          {
            at: -9,
            durationMs: 5,
            kind: 'span',
            isSegment: true,
            spanKind: 'server',
            host: 'pay-1',
            severity: 'error',
            body: 'GET',
            attributes: { 'http.response.status_code': 500 },
            sick: [25, 25],
            well: [0, 65],
            beganBefore: 0,
          },
        ],
      },
      'JavaScript heap out of memory',
    ],
    [
      'is the process that ran out of memory, not the call that failed as the error says',
      {
        says: 'connect ECONNREFUSED 10.0.0.7:80',
        lines: [
          {
            at: -2400,
            why: 'time',
            service: 'recommendations',
            severity: 'error',
            body: 'out of memory: killed process 7',
            sick: [25, 25],
            beganBefore: 3,
          },
          {
            at: -9,
            durationMs: 5,
            kind: 'span',
            spanKind: 'client',
            knownService: 'payments',
            traceId: 't-1',
            spanId: 'call',
            parentSpanId: 'charge',
            severity: 'error',
            body: 'GET',
            sick: [25, 25],
            well: [0, 65],
            beganBefore: 0,
          },
        ],
      },
      'out of memory: killed process 7',
    ],
    [
      'is the line that says what was wrong with a call, not its span, which failed first',
      {
        lines: [
          {
            at: -40,
            durationMs: 2,
            kind: 'span',
            spanKind: 'client',
            knownService: 'stock',
            traceId: 't-1',
            spanId: 'ask',
            parentSpanId: 'product',
            severity: 'error',
            body: 'GET http://warehouse/shelves',
            sick: [25, 25],
            well: [0, 400],
          },
          {
            at: -37,
            service: 'stock',
            traceId: 't-1',
            spanId: 'product',
            severity: 'error',
            body: 'the warehouse cannot be asked: connect ECONNREFUSED',
            sick: [25, 25],
            well: [0, 80],
          },
        ],
      },
      'the warehouse cannot be asked: connect ECONNREFUSED',
    ],
    [
      'is the span of a call, when what was said in it is said of every call',
      {
        lines: [
          {
            at: -40,
            durationMs: 2,
            kind: 'span',
            spanKind: 'client',
            service: 'stock',
            traceId: 't-1',
            spanId: 'ask',
            parentSpanId: 'product',
            severity: 'error',
            body: 'GET http://warehouse/shelves',
            sick: [25, 25],
            well: [0, 400],
          },
          {
            at: -37,
            service: 'stock',
            traceId: 't-1',
            spanId: 'product',
            severity: 'error',
            body: 'price cache is cold',
            sick: [25, 25],
            well: [79, 80],
          },
        ],
      },
      'GET http://warehouse/shelves',
    ],
    [
      'is known after one occurrence, when none of many healthy ones has it',
      {
        lines: [
          {
            at: -900,
            service: 'web',
            severity: 'warn',
            body: 'order A-40 has no address',
            sick: [1, 1],
            well: [0, 157],
          },
        ],
      },
      'order A-40 has no address',
    ],
    [
      'is no warning before a lone error, when few healthy ones were there to have it',
      {
        lines: [
          {
            at: -900,
            service: 'web',
            severity: 'warn',
            body: 'order A-40 has no address',
            sick: [1, 1],
            well: [0, 30],
          },
        ],
      },
      null,
    ],
    [
      'is the warning that nobody read, when only failing requests have it, before the redeliveries',
      {
        lines: [
          {
            at: -9000,
            service: 'web',
            severity: 'warn',
            body: 'order A-40 has no address',
            sick: [30, 30],
            well: [0, 700],
          },
          {
            at: -400,
            service: 'queue',
            severity: 'warn',
            body: 'delivery attempt 5 of message 40',
            sick: [30, 30],
            well: [0, 700],
          },
        ],
      },
      'order A-40 has no address',
    ],
    [
      'is not another failure on the same host that began at the same moment',
      {
        lines: [
          {
            at: -3000,
            why: 'process',
            service: 'health-check',
            severity: 'error',
            body: 'search timed out',
            sick: [40, 40],
            well: [0, 60],
            beganBefore: 10,
          },
          {
            at: -30,
            service: 'gateway',
            severity: 'error',
            body: 'POST /charges 503',
            sick: [40, 40],
            well: [0, 900],
            beganBefore: 1,
          },
        ],
      },
      'POST /charges 503',
    ],
    [
      'may be tied by its time alone, when nothing of the request says anything',
      {
        says: 'connect ECONNREFUSED 10.0.0.7:80',
        lines: [
          {
            at: -2500,
            why: 'time',
            service: 'recommendations',
            severity: 'fatal',
            body: 'JavaScript heap out of memory',
            sick: [40, 44],
            well: [2, 60],
            beganBefore: 30,
          },
          {
            at: -2400,
            why: 'time',
            service: 'newsletter',
            severity: 'error',
            body: 'letter not sent',
            sick: [44, 44],
            well: [58, 60],
          },
        ],
      },
      'JavaScript heap out of memory',
    ],
    [
      "is what this request says, not the echo of the same error in the user's request before",
      {
        lines: [
          {
            at: -1500,
            why: 'user',
            traceId: 't-0',
            kind: 'error',
            service: 'payments',
            body: 'PaymentError: no receipt for order A-17',
          },
          {
            at: -1490,
            why: 'user',
            traceId: 't-0',
            service: 'web',
            severity: 'error',
            body: 'checkout failed: payments answered 500',
            sick: [96, 96],
            well: [0, 70],
            beganBefore: 0,
          },
          {
            at: -30,
            service: 'gateway',
            severity: 'error',
            body: 'POST /charges 503',
            sick: [94, 96],
            well: [0, 70],
            beganBefore: 0,
          },
        ],
      },
      'POST /charges 503',
    ],
    [
      "is nothing when all that is said is that the same error hit the user's request before",
      {
        lines: [
          {
            at: -1500,
            why: 'user',
            traceId: 't-0',
            kind: 'error',
            service: 'payments',
            body: 'PaymentError: no receipt for order A-17',
          },
          {
            at: -1490,
            why: 'user',
            traceId: 't-0',
            service: 'web',
            severity: 'error',
            body: 'checkout failed: payments answered 500',
            sick: [96, 96],
            well: [0, 70],
            beganBefore: 0,
          },
        ],
      },
      null,
    ],
    [
      "may stand in the user's request before, when this one says nothing",
      {
        lines: [
          {
            at: -9000,
            why: 'user',
            traceId: 't-0',
            service: 'cart',
            severity: 'error',
            body: 'cart store is read-only file system',
            sick: [40, 41],
            well: [0, 70],
            beganBefore: 30,
          },
        ],
      },
      'cart store is read-only file system',
    ],
    [
      'is nothing for a single occurrence, when something else broke in the same minute',
      {
        lines: [
          {
            at: -2500,
            why: 'time',
            service: 'recommendations',
            severity: 'fatal',
            body: 'JavaScript heap out of memory',
            sick: [1, 1],
            well: [0, 300],
            beganBefore: 30,
          },
        ],
      },
      null,
    ],
    [
      'is marked for a single occurrence by what it says',
      {
        lines: [
          { at: -800, service: 'payments', severity: 'warn', body: 'cart is unusually large' },
          {
            at: -500,
            service: 'payments',
            severity: 'error',
            body: 'QueuePool limit of size 5 overflow 10 reached',
          },
        ],
      },
      'QueuePool limit of size 5 overflow 10 reached',
    ],
    [
      'is nothing when all of it is there as often in healthy traffic',
      {
        lines: [
          {
            at: -100,
            service: 'stock',
            severity: 'error',
            body: 'price cache is cold',
            sick: [50, 50],
            well: [99, 100],
          },
        ],
      },
      null,
    ],
    [
      'is nothing when all that is said is the error of others before',
      {
        lines: [
          {
            at: -900,
            why: 'user',
            service: 'payments',
            severity: 'error',
            body: 'POST /payments failed: no receipt for order A-17',
            sick: [50, 50],
            well: [0, 900],
            beganBefore: 0,
          },
        ],
      },
      null,
    ],
    [
      'is not what broke elsewhere at the same moment, when the error is a mistake in the code',
      {
        says: "Cannot read properties of null (reading 'order')",
        lines: [
          {
            at: -2500,
            why: 'time',
            service: 'newsletter',
            severity: 'error',
            body: 'mail 7 failed: 421 relay: too many connections',
            sick: [40, 40],
            well: [0, 60],
            beganBefore: 3,
          },
          {
            at: -2400,
            why: 'process',
            service: 'health-check',
            host: 'pay-1',
            severity: 'error',
            body: 'health check of search failed: 503',
            sick: [40, 40],
            well: [0, 60],
            beganBefore: 3,
          },
          {
            at: -800,
            why: 'process',
            service: 'payments',
            host: 'pay-1',
            severity: 'error',
            body: "POST /pay failed: Cannot read properties of null (reading 'order')",
            sick: [40, 40],
            well: [0, 60],
            beganBefore: 0,
          },
        ],
      },
      null,
    ],
    [
      'is what broke elsewhere at the same moment, when a call of the request failed',
      {
        says: "Cannot read properties of null (reading 'order')",
        lines: [
          {
            at: -2500,
            why: 'time',
            service: 'recommendations',
            severity: 'error',
            body: 'out of memory: killed process 7',
            sick: [40, 40],
            well: [0, 60],
            beganBefore: 3,
          },
          {
            at: -2,
            kind: 'breadcrumb',
            why: 'event',
            severity: 'error',
            body: 'GET http://recommendations connect ECONNREFUSED',
            sick: [10, 40],
            well: [10, 60],
          },
        ],
      },
      'out of memory: killed process 7',
    ],
    [
      'is nothing when nobody said anything abnormal',
      {
        lines: [
          { at: -100, service: 'stock', severity: 'info', body: 'request timeout is 30 s by configuration' },
        ],
      },
      null,
    ],
  ])('%s', (_, situation, expected) => {
    expect(marked(situation)).toBe(expected);
  });

  it('is told with its onset and its shares', () => {
    const [best] = mark({
      lines: [
        {
          at: -30,
          kind: 'span',
          spanKind: 'server',
          service: 'payments-gateway',
          severity: 'error',
          body: 'POST /charges',
          attributes: { 'http.response.status_code': 503 },
          sick: [200, 200],
          well: [3, 1532],
          beganBefore: 40,
        },
      ],
    });
    expect(evidenceOf(best!, { type: 'PaymentError', firstSeenMs: NOON_MS })).toBe(
      "payments-gateway began answering 503 at 11:59:20 UTC, 40 s before the first PaymentError; 100 % of this issue's traces had it (200 of 200), of other traces 0.2 % (3 of 1,532).",
    );
    expect(evidenceOf(best!, { type: 'PaymentError', firstSeenMs: NOON_MS - 86_400_000 })).toContain(
      ', 40 s before the first PaymentError of that hour;',
    );
  });

  it('says when nothing could be compared', () => {
    const [best] = mark({
      lines: [{ at: -500, service: 'db', severity: 'error', body: 'deadlock detected' }],
    });
    expect(evidenceOf(best!, { type: '', firstSeenMs: NOON_MS })).toBe(
      'db logged “deadlock detected” at 11:59:59 UTC, 500 ms before this error; how often that happens otherwise could not be counted.',
    );
  });

  it('says what is to be doubted: that only its time ties it, that it began later, that few were compared', () => {
    const outOfMemory = {
      at: -2400,
      why: 'time',
      service: 'recommendations',
      severity: 'fatal',
      body: 'JavaScript heap out of memory',
      sick: [40, 44],
      well: [2, 60],
      beganBefore: 30,
    } as const;
    const told = (line: Situation['lines'][number]) =>
      evidenceOf(mark({ lines: [line], says: 'connect ECONNREFUSED 10.0.0.7:80' })[0]!, {
        type: 'TypeError',
        firstSeenMs: NOON_MS,
      });
    expect(told({ ...outOfMemory, sick: [40, 44], well: [2, 60] })).toBe(
      "recommendations began to log “JavaScript heap out of memory” at 11:59:30 UTC, 30 s before the first TypeError; there in the minute before 91 % of this issue's occurrences (40 of 44), and before 3.3 % of other moments (2 of 60); only the time ties it to the error.",
    );
    expect(told({ ...outOfMemory, sick: [40, 44], well: [2, 60], beganBefore: -20 })).toContain(
      'at 12:00:20 UTC, 20 s after the first TypeError;',
    );
    expect(told({ ...outOfMemory, why: 'trace', sick: [2, 2], well: [0, 6] })).toContain(
      '(0 of 6); too few to be sure.',
    );
  });
});
