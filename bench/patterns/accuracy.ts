/**
 * How well patterns agree with people: the grouping accuracy on the LogHub samples, ours and three other ways.
 *
 *   node bench/patterns/accuracy.ts <folder with the samples> [system whose mistakes to show]
 */
import { patternOf } from '#server/process/patterns/pattern.ts';
import { collapseNumbers, expressionChain, LearnedTree } from './alternatives.ts';
import {
  groupingAccuracy,
  LOOKED_AT_LATE,
  NEVER_LOOKED_AT,
  readSystem,
  TUNED_ON,
  wrongGroups,
} from './loghub.ts';

const [directory, shown] = process.argv.slice(2);
if (directory === undefined) throw new Error('say where the samples are');

const ways = ['patterns', 'learned tree', 'expressions', 'numbers'] as const;
type Scores = Record<(typeof ways)[number], number>;

function scoresOf(system: string): Scores {
  const lines = readSystem(directory!, system);
  const truth = lines.map((line) => line.group);
  const tree = new LearnedTree();
  const accuracy = (groupOf: (body: string) => unknown) =>
    groupingAccuracy(
      truth,
      lines.map((line) => groupOf(line.content)),
    );
  return {
    patterns: accuracy((body) => patternOf(body).id),
    'learned tree': accuracy((body) => tree.clusterOf(body)),
    expressions: accuracy(expressionChain),
    numbers: accuracy(collapseNumbers),
  };
}

function print(name: string, scores: Scores): void {
  console.log(name.padEnd(24), ...ways.map((way) => scores[way].toFixed(3).padStart(way.length)));
}

function mean(all: readonly Scores[]): Scores {
  const sum = (way: (typeof ways)[number]) => all.reduce((total, scores) => total + scores[way], 0);
  return Object.fromEntries(ways.map((way) => [way, sum(way) / all.length])) as Scores;
}

console.log(''.padEnd(24), ...ways);
const all: Scores[] = [];
for (const [name, systems] of Object.entries({
  'tuned on': TUNED_ON,
  'looked at late': LOOKED_AT_LATE,
  'never looked at': NEVER_LOOKED_AT,
})) {
  const scores = systems.map((system) => {
    const found = scoresOf(system);
    print(system, found);
    return found;
  });
  all.push(...scores);
  print(`mean of ${name}`, mean(scores));
}
print('mean of all', mean(all));

if (shown !== undefined) {
  const lines = readSystem(directory, shown);
  const found = lines.map((line) => patternOf(line.content));
  const wrong = wrongGroups(
    lines.map((line) => line.group),
    found.map((pattern) => pattern.id),
  );
  for (const { lines: indexes, isMixed } of wrong
    .sort((a, b) => b.lines.length - a.lines.length)
    .slice(0, 40)) {
    const index = indexes[0]!;
    console.log(`\n${indexes.length} lines ${isMixed ? 'of several groups' : 'of a larger group'}`);
    console.log(`  ${found[index]!.template}\n  ${lines[index]!.content}\n  ${lines[index]!.template}`);
  }
}
