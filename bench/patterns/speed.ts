/**
 * Records a second on one core, by the time the process itself had: patterns, and the same by regular expressions.
 *
 *   node bench/patterns/speed.ts
 */
import { variedLogs } from '#bench/logs/varied-logs.ts';
import { percentile } from '#bench/measure.ts';
import { patternOf } from '#server/process/patterns/pattern.ts';
import { collapseNumbers, expressionChain, LearnedTree } from './alternatives.ts';

const RECORDS = 100_000;
const RUNS = 9;

const bodies: string[] = [];
for (const { body } of variedLogs(7, Date.UTC(2026, 10, 22), 1_000_000)) {
  bodies.push(body);
  if (bodies.length === RECORDS) break;
}
const chars = bodies.reduce((sum, body) => sum + body.length, 0) / RECORDS;
console.log(`${RECORDS} records, ${chars.toFixed(0)} chars on average, median of ${RUNS} runs`);

function measure(name: string, work: (body: string) => unknown): void {
  const groups = new Set(bodies.map(work));
  const seconds: number[] = [];
  for (let run = 0; run < RUNS; run++) {
    const before = process.cpuUsage();
    for (const body of bodies) work(body);
    const { user, system } = process.cpuUsage(before);
    seconds.push((user + system) / 1e6);
  }
  const perSecond = RECORDS / percentile(seconds, 0.5);
  console.log(
    `${name.padEnd(14)} ${Math.round(perSecond).toLocaleString('en')} records/s, ${groups.size} groups`,
  );
}

const tree = new LearnedTree();
measure('patterns', (body) => patternOf(body).id);
measure('learned tree', (body) => tree.clusterOf(body));
measure('expressions', expressionChain);
measure('numbers', collapseNumbers);
