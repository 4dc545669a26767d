/**
 * Reading stacks with source maps: one map of an ordinary page, and one as large as any seen. Measured in this process
 * without the program around it, since errors.bench.ts measures that: compiling, frames a second, and bytes of the cache.
 */
import { zstdCompressSync } from 'node:zlib';
import { compileSourceMap } from '#server/process/symbolicate/compile-source-map.ts';
import { bytesOf } from '#server/process/symbolicate/compiled-map.ts';
import { createCompiler } from '#server/process/symbolicate/compiler.ts';
import { originalFrame } from '#server/process/symbolicate/original-frame.ts';
import { figure, percentile } from './measure.ts';

const FRAMES = 20_000;
const GROUP = 20;

export async function benchSourceMaps(): Promise<void> {
  await benchMap('1 MB', 40);
  await benchMap('37 MB', 1_480);
}

async function benchMap(name: string, sources: number): Promise<void> {
  const json = largeMap(sources);
  const compiler = createCompiler();
  const job = { map: zstdCompressSync(json), generated: null, bytesMax: 2 ** 30 };
  const started = performance.now();
  // The longest that this thread's own loop was held up meanwhile.
  let held = 0;
  let last = started;
  const timer = setInterval(() => {
    const now = performance.now();
    held = Math.max(held, now - last - 5);
    last = now;
  }, 5);
  const answer = await compiler.compile(job);
  clearInterval(timer);
  const compileMs = performance.now() - started;
  await compiler.close();
  if (!('compiled' in answer)) throw new Error(`the map was refused: ${JSON.stringify(answer)}`);
  const map = answer.compiled;
  figure(`source map of ${name}: compiled, its thread started`, compileMs, 'ms');
  figure(`source map of ${name}: longest wait of others meanwhile`, held, 'ms');
  figure(`source map of ${name}: bytes in the cache`, bytesOf(map) / 1e6, 'MB');

  const lines = map.lines.length - 1;
  const groups: number[] = [];
  const begun = performance.now();
  for (let at = 0; at < FRAMES; at += GROUP) {
    const from = performance.now();
    for (let n = at; n < at + GROUP; n += 1) {
      const frame = {
        abs_path: 'https://shop.example/app.js',
        function: 't',
        lineno: 1 + ((n * 7919) % lines),
        colno: 1 + ((n * 31) % 900),
      };
      originalFrame(frame, { map, url: '~/app.js.map' }, '');
    }
    groups.push((performance.now() - from) / GROUP);
  }
  figure(`source map of ${name}: frames read`, FRAMES / ((performance.now() - begun) / 1000), '/s');
  figure(`source map of ${name}: one frame, p95`, percentile(groups, 0.95) * 1000, 'µs');
}

/** Some 25 KB of JSON a source: 300 lines of code, and its mappings on one generated line. */
function largeMap(sources: number): string {
  const code = Array.from(
    { length: 300 },
    (_, at) => `  const value${at} = compute(${at}, other); // line ${at}`,
  ).join('\n');
  // Ten columns on, the next line of the same source; a name now and then.
  const segments = Array.from({ length: 1_200 }, (_, at) =>
    at % 8 === 0 ? 'UACAA' : at % 4 === 0 ? 'UACA' : 'UAAU',
  );
  const line = (at: number) => (at === 0 ? 'AAAA,' : 'ACzSA,') + segments.join(',');
  return JSON.stringify({
    version: 3,
    sources: Array.from({ length: sources }, (_, at) => `../src/module-${at}.ts`),
    names: Array.from({ length: 180 * sources }, (_, at) => `name${at}`),
    sourcesContent: Array.from({ length: sources }, () => code),
    mappings: Array.from({ length: sources }, (_, at) => line(at)).join(';'),
  });
}

if (import.meta.main) {
  // Before the young heap grows.
  compileSourceMap(largeMap(1), null);
  await benchSourceMaps();
}
