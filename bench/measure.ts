/** Small measuring tools of the bench: percentiles, CPU time and memory of a process tree, one line per figure. */
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processTree, residentBytes } from '#e2e/support/program.ts';

export interface Figure {
  name: string;
  value: number;
  unit: string;
  /** What design asks for; absent for figures that only explain. */
  budget?: { limit: number; kind: 'at least' | 'at most' };
}

const figures: Figure[] = [];

/** Prints a figure, says whether it is within its budget, and keeps it for the results file. */
export function figure(name: string, value: number, unit: string, budget?: Figure['budget']): void {
  const rounded = Math.abs(value) >= 100 ? Math.round(value) : Number(value.toFixed(2));
  figures.push({ name, value: rounded, unit, ...(budget && { budget }) });
  const met = budget && (budget.kind === 'at least' ? value >= budget.limit : value <= budget.limit);
  const verdict = budget ? `  ${budget.kind} ${budget.limit}: ${met ? 'met' : 'MISSED'}` : '';
  console.log(`${name.padEnd(62)} ${String(rounded).padStart(10)} ${unit}${verdict}`);
}

export const allFigures = (): readonly Figure[] => figures;

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
}

/** Largest resident memory of a process tree until stopped, bytes. */
export function watchMemory(pid: number): () => number {
  let largest = 0;
  const look = () => {
    largest = Math.max(largest, residentBytes(pid));
  };
  const timer = setInterval(look, 250);
  return () => {
    clearInterval(timer);
    look();
    return largest;
  };
}

/** Linux counts CPU in ticks of 10 ms. */
const TICK_SECONDS = 0.01;

/** CPU seconds used so far: of each process of the tree, and of the threads of the main process that used most. */
export function cpuSeconds(pid: number): { main: number; engine: number } {
  const tree = processTree(pid);
  const engine = tree.filter((one) => commandLine(one).includes('telemetry/engine'));
  const rest = tree.filter((one) => !engine.includes(one));
  const sum = (pids: number[]) =>
    pids.reduce((total, one) => total + ticks(`/proc/${one}/stat`), 0) * TICK_SECONDS;
  return { main: sum(rest), engine: sum(engine) };
}

function commandLine(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  } catch {
    return '';
  }
}

function ticks(path: string): number {
  try {
    const stat = readFileSync(path, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return Number(fields[11]) + Number(fields[12]);
  } catch {
    return 0;
  }
}

/** CPU seconds per thread of a process, by thread id. */
export function threadSeconds(pid: number): Map<string, number> {
  const threads = new Map<string, number>();
  for (const thread of readdirSync(`/proc/${pid}/task`))
    threads.set(thread, ticks(`/proc/${pid}/task/${thread}/stat`) * TICK_SECONDS);
  return threads;
}

/** Milliseconds of each of `times` calls, one after the other, after a warm-up of a tenth. */
export async function timeCalls(times: number, call: (n: number) => Promise<void>): Promise<number[]> {
  const took: number[] = [];
  for (let n = -Math.ceil(times / 10); n < times; n += 1) {
    const started = performance.now();
    await call(n);
    if (n >= 0) took.push(performance.now() - started);
  }
  return took;
}

export const settle = (ms: number) => sleep(ms);
