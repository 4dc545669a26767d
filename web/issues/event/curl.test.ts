import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { curlCommand, shellQuote } from './curl.ts';
import { readPayload } from './payload.ts';

const curl = (request: Record<string, unknown>) => curlCommand(readPayload({ request }).request!);

test('a plain GET needs an address only', () => {
  expect(curl({ method: 'GET', url: 'https://shop.test/cart', query_string: [['id', '1 2']] })).toBe(
    "curl \\\n  --url 'https://shop.test/cart?id=1+2'",
  );
});

test('a JSON POST carries its headers and its body', () => {
  expect(
    curl({
      method: 'POST',
      url: 'https://shop.test/pay',
      headers: [
        ['Content-Type', 'application/json'],
        ['Content-Length', '17'],
      ],
      data: { card: "it's" },
    }),
  ).toBe(
    `curl \\\n  --header 'Content-Type: application/json' \\\n  --data-raw '{"card":"it'\\''s"}' \\\n  --url 'https://shop.test/pay'`,
  );
});

test('a form is sent as a form', () => {
  expect(
    curl({
      method: 'PUT',
      url: 'https://a.test',
      headers: [['content-type', 'application/x-www-form-urlencoded']],
      data: { a: '1', b: 'x y' },
    }),
  ).toContain(
    "--request PUT \\\n  --header 'content-type: application/x-www-form-urlencoded' \\\n  --data-raw 'a=1&b=x+y'",
  );
});

test.each([
  "'; rm -rf / #",
  '$(touch /tmp/x)',
  '`id`',
  'a\nb',
  '\\',
  '!!',
  '--output=/etc/passwd',
  '‮txt.exe',
])('a shell reads %j back as it was, and runs nothing', (hostile) => {
  expect(execFileSync('sh', ['-c', `printf %s ${shellQuote(hostile)}`]).toString()).toBe(hostile);
});

test('a header cannot smuggle in a second one, nor a method an option', () => {
  const command = curl({
    method: '-o /etc/passwd',
    url: '-K /etc/curlrc',
    headers: [
      ['X-A', 'b\r\nX-Evil: 1'],
      ['bad name', 'x'],
    ],
  });
  expect(command).toBe("curl \\\n  --header 'X-A: b X-Evil: 1' \\\n  --url '-K /etc/curlrc'");
});
