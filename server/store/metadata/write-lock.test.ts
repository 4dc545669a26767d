import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { Unavailable } from '#server/platform/rejection.ts';
import { WriteLock } from './write-lock.ts';

describe('the write lock', () => {
  it('is given in the order it was asked for', async () => {
    const lock = new WriteLock(10_000);
    const order: string[] = [];
    const write = async (name: string) => {
      await lock.acquire();
      order.push(`${name} begins`);
      await sleep(1);
      order.push(`${name} ends`);
      lock.release();
    };
    await Promise.all([write('first'), write('second'), write('third')]);
    expect(order).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ]);
  });

  it('lets a waiter go with "try again" instead of hanging, and serves the next', async () => {
    const lock = new WriteLock(5);
    await lock.acquire();
    await expect(lock.acquire()).rejects.toBeInstanceOf(Unavailable);
    lock.release();
    await lock.acquire();
  });
});
