import { expect, it } from 'vitest';
import { parseTelemetryUrl } from './address.ts';

it.each([
  [
    'http://localhost:8123',
    {
      url: 'http://localhost:8123',
      username: 'default',
      password: '',
      database: 'tandem',
      replicated: false,
    },
  ],
  [
    'https://tandem:p%40ss%2Fword@clickhouse.example.com:8443/errors/?replicated=1',
    {
      url: 'https://clickhouse.example.com:8443',
      username: 'tandem',
      password: 'p@ss/word',
      database: 'errors',
      replicated: true,
    },
  ],
])('reads %s', (text, address) => {
  expect(parseTelemetryUrl(text)).toEqual(address);
});
