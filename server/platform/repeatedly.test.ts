import { expect, it, vi } from 'vitest';
import { repeatedly } from './repeatedly.ts';

it('works at once and again, one at a time, through failures, until it is stopped', async () => {
  vi.useFakeTimers();
  try {
    const errors: unknown[] = [];
    const calls: PromiseWithResolvers<void>[] = [];
    const work = () => {
      const call = Promise.withResolvers<void>();
      calls.push(call);
      return call.promise;
    };
    const repeated = repeatedly(work, 1000, (error) => errors.push(error));
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(1);
    calls[0]!.reject('broken');
    await vi.advanceTimersByTimeAsync(1000);
    expect([calls.length, errors]).toEqual([2, ['broken']]);
    calls[1]!.resolve();
    await repeated.stop();
    await vi.advanceTimersByTimeAsync(5000);
    expect(calls).toHaveLength(2);
  } finally {
    vi.useRealTimers();
  }
});
