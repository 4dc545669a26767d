/**
 * `npm run bench`: each budget with its figure, measured on the program as a user starts it. Prints a line per
 * figure and writes bench/results/latest.json. Machines differ and are noisy: compare figures of one run.
 *
 *   BENCH_EVENTS=10000000   size of the filled store for the read side; 0 leaves that part out
 *   BENCH_ISSUES=100000     issues of the store that searches of issues are timed on; 0 leaves that part out
 *   BENCH_LOGS=1000000,10000000   sizes of the store filled with log records; empty leaves that part out
 *   BENCH_SECONDS=30        length of the load
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, cpus, totalmem } from 'node:os';
import { benchAlerts } from './alerts.bench.ts';
import { benchDifferences } from './differences.bench.ts';
import { benchErrors } from './errors.bench.ts';
import { benchIdle } from './idle.bench.ts';
import { benchIssueSearch } from './issue-search.bench.ts';
import { benchLogErrors } from './log-errors.bench.ts';
import { benchLogReads } from './log-reads.bench.ts';
import { benchLogs } from './logs.bench.ts';
import { allFigures } from './measure.ts';
import { benchReads } from './reads.bench.ts';
import { benchSourceMaps } from './source-maps.bench.ts';

const seconds = Number(process.env.BENCH_SECONDS ?? 30);
const events = Number(process.env.BENCH_EVENTS ?? 10_000_000);
const issues = Number(process.env.BENCH_ISSUES ?? 100_000);
const logs = (process.env.BENCH_LOGS ?? '1000000,10000000').split(',').filter(Boolean).map(Number);

console.log(`Node ${process.version}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB\n`);
await benchIdle();
await benchAlerts();
await benchErrors(seconds);
await benchSourceMaps();
await benchLogs(seconds);
await benchLogErrors();
if (events > 0) await benchReads(events);
if (issues > 0) await benchIssueSearch(issues);
for (const each of logs) await benchLogReads(each);
if (logs.length > 0) await benchDifferences(Math.min(...logs.map((each) => Math.max(each, 3_000_000))));

mkdirSync('bench/results', { recursive: true });
writeFileSync(
  'bench/results/latest.json',
  `${JSON.stringify({ at: new Date().toISOString(), node: process.version, cores: cpus().length, arch: arch(), figures: allFigures() }, null, 2)}\n`,
);
const missed = allFigures().filter(
  ({ value, budget }) => budget && (budget.kind === 'at least' ? value < budget.limit : value > budget.limit),
);
console.log(
  `\n${missed.length} budgets missed${missed.length > 0 ? `: ${missed.map((one) => one.name).join('; ')}` : ''}`,
);
