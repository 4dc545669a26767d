/** The thread of `process` is started again when it dies, and with care when it dies again and again. */
import { expect, onTestFinished, test } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { Processing, type WorkerOptions } from './processing.ts';

const options = { journal: 'j1' } as WorkerOptions;

test('a thread that dies at every start is told which frame it had announced, and gets on without it', async () => {
  const checkpoints: number[] = [];
  const done = Promise.withResolvers<void>();
  const processing = new Processing(
    options,
    {
      onCheckpoint: ({ batch }) => {
        checkpoints.push(batch);
        if (batch === 1) done.resolve();
      },
      onStored: () => {},
      onStages: () => {},
    },
    createLog('silent'),
    { entry: new URL('./test-dying-worker.ts', import.meta.url), restartMs: 50 },
  );
  onTestFinished(() => processing.stop(100));
  processing.start();
  await done.promise;
  // Twice as ever, once with care, once without the frame that was announced then.
  expect(checkpoints).toEqual([0, 0, 0, 0, 1]);
  expect(processing.running).toBe(true);
});
