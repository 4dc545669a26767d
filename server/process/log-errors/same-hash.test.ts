/**
 * Whether what a runtime prints of an exception is grouped like what an SDK sends of it: recorded from real ones
 * (fixtures/stack-traces/pairs), and what cannot be the same, with the reason.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import { normalizeEvent } from '#server/process/normalize/normalize-event.ts';
import { logEventOf } from './log-event.ts';

interface Pair {
  name: string;
  /** As it was printed. */
  text: string;
  /** As it was sent. */
  event: object;
}
const recorded = JSON.parse(
  readFileSync(new URL('../../../fixtures/stack-traces/pairs.json', import.meta.url), 'utf8'),
) as Pair[];

/** Why the hash of a text is another one, by the beginning of the name. */
const OTHER: Readonly<Record<string, string>> = {
  'Node, ': 'the SDK sends the source line of each frame, which is hashed; no text has it',
  'Go, an error of its own': 'the type of an error that panics is not printed',
  'Go, an error that is a text': 'the type of an error that panics is not printed',
  'Python, a script that catches in a function': 'nothing says that the file is __main__',
};
const reasonOf = (name: string) => Object.entries(OTHER).find(([of]) => name.startsWith(of))?.[1];

const no = { trace_id: '', span_id: '', user_id: '', session_id: '', request_id: '' };
const CORRELATION = { ...no, service: '', host: '', release: '', environment: '' };

function hashesOfText(body: string): string[] {
  const log = logEventOf({
    ...{ project: 1, receivedAt: 1, time: 1n, sequence: 0, severity: 17, correlation: CORRELATION },
    ...{ pattern: '1', record: { body }, scope: '', resource: {}, labels: {} },
  });
  return hashesOf(log!.payload);
}

function hashesOf(payload: string): string[] {
  const request = { project: 1, key: 1, receivedAt: 1, eventId: 'a'.repeat(32) };
  const event = normalizeEvent(Buffer.from(payload), request);
  markInApp(event);
  return groupV1(event).hashes;
}

const shared = ({ text, event }: Pair) => {
  const sent = hashesOf(JSON.stringify(event));
  return hashesOfText(text).filter((hash) => sent.includes(hash));
};

const SAME = recorded.filter(({ name }) => reasonOf(name) === undefined);
test.each(SAME)('$name: one hash', (pair) => {
  expect(shared(pair)).not.toEqual([]);
});

// When one of these fails, something has become better: move it up.
const DIFFERENT = recorded.flatMap((pair) => ({ ...pair, reason: reasonOf(pair.name) ?? [] }));
test.each(DIFFERENT.filter(({ reason }) => typeof reason === 'string'))('$name: two, $reason', (pair) => {
  expect(shared(pair)).toEqual([]);
});

const javaFrame = (module: string, name: string, lineno: number) => ({
  ...{ module, function: name, filename: `${module.slice(module.lastIndexOf('.') + 1)}.java`, lineno },
  ...(module.startsWith('java.') && { in_app: false }),
});

/** Java's SDK could not be recorded: written after what it documents, which calls no frame the program's own by itself. */
test('Java: one hash, since the calls that a cause shares with what it caused are read again', () => {
  const text = `Exception in thread "main" com.shop.CheckoutException: cart 7
	at com.shop.Cart.checkout(Cart.java:31)
	at com.shop.Main.serve(Main.java:9)
	at java.base/java.lang.Thread.run(Thread.java:1583)
Caused by: java.lang.IllegalStateException: card refused
	at com.shop.Card.charge(Card.java:12)
	at com.shop.Cart.checkout(Cart.java:29)
	... 2 more`;
  const outer = [javaFrame('java.lang.Thread', 'run', 1583), javaFrame('com.shop.Main', 'serve', 9)];
  const event = {
    platform: 'java',
    exception: {
      values: [
        {
          ...{ type: 'IllegalStateException', module: 'java.lang', value: 'card refused' },
          stacktrace: {
            frames: [
              ...outer,
              javaFrame('com.shop.Cart', 'checkout', 29),
              javaFrame('com.shop.Card', 'charge', 12),
            ],
          },
        },
        {
          ...{ type: 'CheckoutException', module: 'com.shop', value: 'cart 7' },
          stacktrace: { frames: [...outer, javaFrame('com.shop.Cart', 'checkout', 31)] },
        },
      ],
    },
  };
  expect(shared({ name: '', text, event })).not.toEqual([]);
});
