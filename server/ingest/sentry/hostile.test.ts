/**
 * Whatever bytes arrive, by any route, a decoder ends in records or in a Rejection whose code is in the table;
 * anything else thrown would be a 500 and a line in our log for a stranger's mistake.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { IngestRequest } from '#server/ingest/protocol.ts';
import { encodeAccepted } from '#server/record/accepted.ts';
import { REJECTIONS } from '#server/record/rejections.ts';
import { sentryProtocol } from './sentry.ts';
import { formOf, refusalOf, requestOf } from './test-request.ts';

const FIXTURES = join(import.meta.dirname, '../../../fixtures/sentry');
const recorded = readdirSync(FIXTURES, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.body'))
  .map((file) => readFileSync(join(FIXTURES, file)));
const posts = sentryProtocol.routes.filter(({ method }) => method === 'POST');

/** Through who-sends, decoding and the journal's frame, as the door does it. */
async function codeOf(body: Buffer, headers: Record<string, string> = {}): Promise<string[]> {
  const codes: string[] = [];
  for (const route of posts) {
    const params = { project: '1', slug: 'nightly', event_id: 'a'.repeat(32), key: 'b'.repeat(32) };
    const request: IngestRequest = requestOf(body, {
      headers,
      params,
      query: new URLSearchParams('eventId=1'),
    });
    codes.push(
      await refusalOf(async () => {
        route.credentials(request);
        const { request: decoded } = await route.decode(request);
        encodeAccepted({ ...decoded, project: 1, key: 1, receivedAt: 0 });
      }),
    );
  }
  return codes;
}

const isKnown = (codes: string[]) => codes.every((code) => code === 'taken' || code in REJECTIONS);

describe('hostile bytes', () => {
  test('at random', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) =>
        isKnown(await codeOf(Buffer.from(bytes))),
      ),
      { numRuns: 500 },
    );
  });

  test('recorded from real SDKs, then cut, flipped and stuffed', async () => {
    const change = fc.record({
      body: fc.constantFrom(...recorded),
      at: fc.nat(100_000),
      cut: fc.nat(40),
      stuff: fc.constantFrom(
        '',
        '\n',
        '{',
        '[',
        '"',
        '\u0000',
        '\ud800',
        '{"type":"event","length":9}\n',
        '}\n{"type":',
      ),
      flip: fc.nat(255),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 3 }), async (changes) => {
        let body = changes[0]!.body;
        for (const { at, cut, stuff, flip } of changes) {
          const from = at % (body.length + 1);
          body = Buffer.concat([body.subarray(0, from), Buffer.from(stuff), body.subarray(from + cut)]);
          if (body.length > 0) body[from % body.length]! ^= flip;
        }
        return isKnown(await codeOf(body));
      }),
      { numRuns: 500 },
    );
  });

  test('in forms', async () => {
    const headers = formOf([]).headers;
    const part = fc.record({
      name: fc.constantFrom(
        'sentry',
        'sentry[a]',
        'sentry[a][',
        'sentry[]',
        'sentry__1',
        'upload_file_minidump',
        'x',
        '',
      ),
      filename: fc.option(fc.string({ maxLength: 5 }), { nil: undefined }),
      body: fc.oneof(
        fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes)),
        fc.constantFrom('MDMP', '{}', '{"event_id":7}', '{"exception":7,"extra":8}', '[[', '\u001f\u008b'),
      ),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 5 }), fc.nat(50), async (parts, cut) => {
        const { body } = formOf(parts);
        return isKnown(await codeOf(body.subarray(0, body.length - cut), headers));
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ['a million open brackets', '['.repeat(1_000_000)],
    ['a million nested objects', '{"a":'.repeat(1_000_000)],
    ['balanced and deep', `{}\n{"type":"event"}\n${'['.repeat(400_000)}${']'.repeat(400_000)}`],
    ['a header that never ends', `{"dsn":"${'x'.repeat(1_000_000)}`],
    ['a million empty items', '{}\n'.repeat(1_000_000)],
    ['lone surrogates as keys', '{}\n{"type":"event"}\n{"\\ud800":"\\udfff","__proto__":{"x":1}}'],
    ['numbers beyond numbers', `{}\n{"type":"event","length":${'9'.repeat(400)}}\n{}`],
    ['one long line of quotes', '"'.repeat(1_000_000)],
  ])('such as %s', async (_, text) => {
    expect(isKnown(await codeOf(Buffer.from(text)))).toBe(true);
  });
});
