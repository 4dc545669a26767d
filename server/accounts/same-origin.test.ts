import type { FastifyRequest } from 'fastify';
import { expect, it } from 'vitest';
import { requestOrigin } from './same-origin.ts';

it.each<[string, Record<string, string>, string]>([
  ['the browser says it comes from our page', { 'sec-fetch-site': 'same-origin' }, 'same'],
  ['the browser says it comes from another site', { 'sec-fetch-site': 'cross-site' }, 'cross'],
  ['a sister domain is another site', { 'sec-fetch-site': 'same-site' }, 'cross'],
  [
    'the word of the browser goes before Origin',
    { 'sec-fetch-site': 'cross-site', origin: 'http://errors.lan:4000' },
    'cross',
  ],
  ['Origin is the host asked for', { origin: 'http://errors.lan:4000' }, 'same'],
  ['Origin is the public address, behind a proxy', { origin: 'https://errors.example.com' }, 'same'],
  ['Origin differs in the port', { origin: 'http://errors.lan:4001' }, 'cross'],
  ['Origin is another site', { origin: 'https://evil.example' }, 'cross'],
  ['Origin only begins like the host', { origin: 'http://errors.lan:4000.evil.example' }, 'cross'],
  ['a sandboxed page', { origin: 'null' }, 'cross'],
  ['Origin is no address', { origin: '::::' }, 'cross'],
  ['a program without either', {}, 'unknown'],
])('%s', (_what, headers, found) => {
  const request = { headers, host: 'errors.lan:4000' } as unknown as FastifyRequest;
  expect(requestOrigin(request, 'https://errors.example.com/tandem')).toBe(found);
});
