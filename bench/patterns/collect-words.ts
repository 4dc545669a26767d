/**
 * How `server/process/patterns/vocabulary.ts` came to be: prints the words that programs write in their messages,
 * taken from the string literals of their sources. The list is frozen, so this runs again for a next version only.
 *
 *   node bench/patterns/collect-words.ts <folder of SCOWL's lists> <folder of programs> ...
 *
 * Each folder directly inside a folder of programs counts as one program.
 */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const [scowl, ...shelves] = process.argv.slice(2);
if (scowl === undefined || shelves.length === 0) throw new Error('say where SCOWL and the programs are');

const SOURCE_BYTES_MAX = 400_000;
const FILES_PER_PROGRAM_MAX = 600;
const SCOWL_SIZES = [10, 20, 35, 40, 50];
/** In how many programs a word must stand. */
const PROGRAMS_MIN = { english: 3, other: 8 };
const OTHER_LETTERS_MIN = 3;

/** People and accounts, which patterns must see as values, and words of test suites. */
const LEFT_OUT = new Set(
  `alice bill bob bobby dean dick drew frank harry jack jay jenny jerry jimmy joe john larry maria mike nick pat peter ray
  rob roger sam ted tim tom victor admin administrator deploy ftp git guest mysql nagios nobody oracle postgres root ubuntu
  webmaster foo bar baz foobar xxx lorem ipsum quux abcd stoppard fugacity huxley horton faraday glick olsen manchek
  shakespeare stonehedge nwant ngot thave tgot twant nhave testdata`.split(/\s+/),
);

const LITERAL = /"((?:[^"\\\n]|\\.){6,200})"|'((?:[^'\\\n]|\\.){6,200})'|`((?:[^`\\\n]|\\.){6,200})`/g;
const WORD = /(?<![\w./-])[A-Za-z]{2,16}(?![\w/-])/g;

const programs = new Map<string, number>();
for (const shelf of shelves) {
  for (const program of readdirSync(shelf)) {
    if (program === 'site-packages') continue;
    const words = new Set(sourcesIn(join(shelf, program)).flatMap(wordsOf));
    for (const word of words) programs.set(word, (programs.get(word) ?? 0) + 1);
  }
}

const english = new Set(
  SCOWL_SIZES.flatMap((size) =>
    ['english', 'american'].flatMap((kind) =>
      readFileSync(join(scowl, `${kind}-words.${size}`), 'latin1').split('\n'),
    ),
  ),
);

const common = readFileSync(join(scowl, 'english-words.10'), 'latin1')
  .split('\n')
  .filter((word) => /^[a-z]{2,}$/.test(word) && !LEFT_OUT.has(word));

const kept = [...programs].filter(([word, count]) => {
  if (LEFT_OUT.has(word)) return false;
  return english.has(word)
    ? count >= PROGRAMS_MIN.english
    : count >= PROGRAMS_MIN.other && word.length >= OTHER_LETTERS_MIN;
});
console.log([...new Set([...common, ...kept.map(([word]) => word)])].sort().join('\n'));

function sourcesIn(path: string): string[] {
  if (statSync(path).isFile()) return [path].filter(isSource);
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .filter((name) => isSource(name) && !/(^|\/)(node_modules|test|tests)\//.test(name))
    .slice(0, FILES_PER_PROGRAM_MAX)
    .map((name) => join(path, name));
}

function isSource(name: string): boolean {
  return /\.(?:js|mjs|cjs|go|py)$/.test(name);
}

function wordsOf(path: string): string[] {
  const stat = statSync(path);
  if (!stat.isFile() || stat.size > SOURCE_BYTES_MAX) return [];
  const messages = [...readFileSync(path, 'utf8').matchAll(LITERAL)]
    .map((match) => match[1] ?? match[2] ?? match[3]!)
    .filter((literal) => literal.includes(' '));
  return messages.flatMap((message) => [...message.matchAll(WORD)].map(([word]) => word.toLowerCase()));
}
