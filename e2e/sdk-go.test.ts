/** A compiled language: sentry-go from the module proxy, built here. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildGoShop, run } from './support/clients.ts';
import { eventTitled, issueTitled } from './support/look.ts';
import { type Program, startProgram } from './support/program.ts';

let program: Program;
let shop: string;
beforeAll(async () => {
  shop = await buildGoShop();
  program = await startProgram();
});
afterAll(() => program?.discard());

const runShop = (story: string) => run(shop, [story], { environment: { SENTRY_DSN: program.dsn } });

test('a wrapped error shows every error of the chain, user, tags and breadcrumbs', async () => {
  await runShop('error');
  const { payload } = await eventTitled(program, 'card declined for order A-17');
  const { exception } = payload as { exception: { values: { type: string; value: string }[] } };
  expect(exception.values.map(({ value }) => value)).toEqual([
    'connect: connection refused',
    'provider: connect: connection refused',
    'card declined for order A-17',
  ]);
  expect(exception.values.at(-1)!.type).toBe('*main.PaymentError');
  expect(payload).toMatchObject({
    platform: 'go',
    release: 'shop@1.4.0',
    environment: 'production',
    user: { id: '42', email: 'ann@example.com' },
    tags: expect.arrayContaining([['region', 'eu']]),
    breadcrumbs: { values: [expect.objectContaining({ category: 'cart', message: 'checkout pressed' })] },
  });
});

test('a recovered panic is a fatal issue', async () => {
  await runShop('panic');
  expect(await issueTitled(program, 'assignment to entry in nil map')).toMatchObject({
    level: 'fatal',
    platform: 'go',
  });
});
