/** What the screens are looked at with: programs in three languages that fail, each seen by its own real SDK. */
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { installPython, type Ran, run, runNodeShop, runPythonShop } from './clients.ts';
import { ledger } from './look.ts';
import type { Program } from './program.ts';
import { openShopPage } from './shop-page.ts';

const PROGRAMS = join(import.meta.dirname, '../programs');

/** What the issues of a morning at the shop say, by who sent them. */
export const MORNING = {
  node: 'Card declined for order 5990',
  nodeMessage: 'Stock of SKU-7 is low',
  python: 'card declined for order A-17: 5990 EUR',
  pythonCause: 'order has no currency',
  browser: 'Card declined for cart A-17',
  checkout: 'Order could not be paid: 39 EUR',
} as const;
/** Customers who could not pay, each another person, over so many days. */
export const CUSTOMERS = 5;
const DAYS = 6;

/** A morning at the shop: five programs fail, one of them again and again. Resolves when all of it is stored. */
export async function tellMorning(program: Program, browser: Browser): Promise<void> {
  const [python, shop] = await Promise.all([installPython(), openShopPage(program)]);
  await Promise.all([
    runNodeShop(program, 'error'),
    runNodeShop(program, 'message'),
    runPythonShop(python, program, 'error'),
    runPythonShop(python, program, 'cause'),
    shop.visit(browser, 'error'),
    runCheckout(program, CUSTOMERS, DAYS),
  ]);
  shop.close();
  await ledger(program, (lines) => (lines['event stored'] ?? 0) === 5 + CUSTOMERS);
}

/** The checkout service and customers who cannot pay, the last of them now, the others over the days before. */
export function runCheckout(program: Program, customers = 1, days = 0): Promise<Ran> {
  return run(process.execPath, [join(PROGRAMS, 'checkout.mjs'), String(customers), String(days)], {
    environment: { SENTRY_DSN: program.dsn },
  });
}

/** A sender that means harm. */
export function runHostile(program: Program): Promise<Ran> {
  return run(process.execPath, [join(PROGRAMS, 'hostile.mjs')], { environment: { SENTRY_DSN: program.dsn } });
}
