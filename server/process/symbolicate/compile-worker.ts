/** The thread that source maps are compiled in: a map of 40 MB takes it a second, and nobody else waits. */
import { parentPort } from 'node:worker_threads';
import { zstdDecompressSync } from 'node:zlib';
import { assert } from '#server/platform/assert.ts';
import { stepBack } from '#server/platform/step-back.ts';
import { compileSourceMap, UnusableMap } from './compile-source-map.ts';
import { buffersOf } from './compiled-map.ts';
import type { CompileAnswer, CompileJob } from './compiler.ts';

stepBack();
const port = parentPort;
assert(port, 'compile-worker runs in a worker thread');

port.on('message', ({ map, generated, bytesMax }: CompileJob) => {
  try {
    const unpack = (bytes: Uint8Array) => zstdDecompressSync(bytes, { maxOutputLength: bytesMax });
    const compiled = compileSourceMap(unpack(map).toString(), generated && unpack(generated));
    port.postMessage({ compiled } satisfies CompileAnswer, buffersOf(compiled) as ArrayBuffer[]);
  } catch (error) {
    const problem =
      error instanceof UnusableMap
        ? { code: error.code, detail: error.message }
        : ({ code: 'source_map_invalid', detail: String(error).slice(0, 300) } as const);
    port.postMessage({ problem } satisfies CompileAnswer);
  }
});
