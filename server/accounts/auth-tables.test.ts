import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { AUTH_SCHEMA } from './auth-tables.ts';

it('the tables are looked at again when better-auth has a new version', () => {
  const { dependencies } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    dependencies: Record<string, string>;
  };
  expect(dependencies['better-auth']).toBe(AUTH_SCHEMA);
});
