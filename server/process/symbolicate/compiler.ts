/**
 * Has source maps compiled in a thread of its own, one after the other. The thread is started when there is a map to
 * compile and ended when there was none for a while; one that takes too long or too much memory is ended with it.
 */
import { Worker } from 'node:worker_threads';
import type { FrameProblem } from '#server/record/symbolication.ts';
import type { CompiledMap } from './compiled-map.ts';

export interface CompileJob {
  /** As kept: zstd. */
  map: Uint8Array;
  generated: Uint8Array | null;
  /** Bytes that either may unpack to. */
  bytesMax: number;
}

export type CompileAnswer = { compiled: CompiledMap } | { problem: FrameProblem };

export interface Compiler {
  compile(job: CompileJob): Promise<CompileAnswer>;
  close(): Promise<void>;
}

/** Twenty times what the largest maps take. */
const COMPILE_MS_MAX = 20_000;
/** A thread costs 30 MB, starting it 50 ms. */
const IDLE_MS = 30_000;
/** Heap of the thread, MiB: 12 million segments decoded, and the JSON beside them. */
const HEAP_MIB_MAX = 2_048;
/** Maps that wait for their turn. */
const WAITING_MAX = 100;

const SLOW: CompileAnswer = {
  problem: { code: 'source_map_slow', detail: 'many source maps are being read; look again in a moment' },
};

export function createCompiler(): Compiler {
  let worker: Worker | null = null;
  let idle: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  async function end(): Promise<void> {
    const ended = worker;
    worker = null;
    await ended?.terminate();
  }

  function run(job: CompileJob): Promise<CompileAnswer> {
    clearTimeout(idle);
    worker ??= startWorker();
    const running = worker;
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        settle({
          problem: { code: 'source_map_slow', detail: `reading it takes more than ${COMPILE_MS_MAX} ms` },
        });
        void end();
      }, COMPILE_MS_MAX);
      const onError = (error: Error) => {
        worker = null;
        settle({
          problem: {
            code: 'source_map_too_large',
            detail: `reading it failed: ${error.message.slice(0, 200)}`,
          },
        });
      };
      const onExit = () => onError(new Error('its thread ended'));
      running.on('message', settle).on('error', onError).on('exit', onExit);
      running.postMessage(job);

      function settle(answer: CompileAnswer) {
        clearTimeout(timer);
        running.off('message', settle).off('error', onError).off('exit', onExit);
        // An error that nobody listens for any more would end the program.
        running.on('error', () => {});
        idle = setTimeout(() => void end(), IDLE_MS).unref();
        resolve(answer);
      }
    });
  }

  return {
    async compile(job) {
      if (waiting >= WAITING_MAX) return SLOW;
      waiting += 1;
      const answer = last.then(() => run(job));
      last = answer;
      return answer.finally(() => {
        waiting -= 1;
      });
    },
    async close() {
      clearTimeout(idle);
      await end();
    },
  };
}

function startWorker(): Worker {
  const worker = new Worker(new URL('./compile-worker.ts', import.meta.url), {
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB_MAX },
  });
  worker.unref();
  return worker;
}
