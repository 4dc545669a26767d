/**
 * How well stack traces are told from other texts and read: of what runtimes really print, of what loggers, containers
 * and syslog make of it, and of texts that only look like it. Precision and recall must not fall.
 */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseStack } from './parse-stack.ts';
import { StackJoiner } from './stack-joiner.ts';
import { HARD_TRACES, LOOK_ALIKES } from './test-hard-cases.ts';
import { HARDER_TRACES } from './test-harder-cases.ts';
import { NOT_TRACES, TRACES } from './test-traces.ts';

const REAL = JSON.parse(
  readFileSync(new URL('../../../fixtures/stack-traces/real.json', import.meta.url), 'utf8'),
) as Record<string, string>;

const RECALL_MIN = 0.99;
const PRECISION_MIN = 0.99;
const TYPES_MIN = 0.97;

const eachLine = (prefix: string) => (text: string) =>
  text
    .split('\n')
    .map((line) => prefix + line)
    .join('\n');

/** What happens to a text on its way. */
const WAYS: Readonly<Record<string, (text: string) => string>> = {
  'as it is': (text) => text,
  'Windows line ends': (text) => text.replace(/\r?\n/g, '\r\n'),
  colours: (text) => `\u001b[31m${text.replace('\n', '\u001b[39m\n\u001b[90m')}\u001b[0m`,
  Kubernetes: eachLine('2026-11-23T12:00:00.123456789Z stderr F '),
  'Kubernetes, long lines in parts': (text) =>
    text.replace(
      /^(.{60})?(.*)$/gm,
      (_, front = '', rest) =>
        `${front && `2026-11-23T12:00:00.123456789Z stderr P ${front}\n`}2026-11-23T12:00:00.123456789Z stderr F ${rest}`,
    ),
  'docker compose': eachLine('web-1  | '),
  journald: eachLine('2026-11-23T12:00:00+0000 web-1 shop[17]: '),
  syslog: eachLine('Nov 23 12:00:00 web-1 shop[17]: '),
  'a heading': (text) => `2026-11-23 12:00:00,123 ERROR shop - checkout failed\n${text}`,
  'escaped for JSON': (text) => JSON.stringify(text).slice(1, -1),
  indented: eachLine('    '),
};

const kinds = {
  ...TRACES,
  ...REAL,
  ...Object.fromEntries(Object.entries(HARD_TRACES).map(([n, [, text]]) => [n, text])),
  ...Object.fromEntries(Object.entries(HARDER_TRACES).map(([n, { text }]) => [n, text])),
};
const share = (part: number, of: number) => part / of;

test('what is a stack trace is found, whatever way it came', () => {
  const missed: string[] = [];
  let total = 0;
  for (const [way, change] of Object.entries(WAYS))
    for (const [name, text] of Object.entries(kinds)) {
      total += 1;
      if (!parseStack(change(text))) missed.push(`${name}, ${way}`);
    }
  const recall = share(total - missed.length, total);
  console.log(`recall ${(recall * 100).toFixed(2)} % of ${total}; missed: ${missed.join('; ') || 'none'}`);
  expect(recall).toBeGreaterThanOrEqual(RECALL_MIN);
});

test('what only looks like one is left alone', () => {
  const looks = { ...NOT_TRACES, ...LOOK_ALIKES };
  const wrong: string[] = [];
  let total = 0;
  for (const [way, change] of Object.entries(WAYS))
    for (const [name, text] of Object.entries(looks)) {
      total += 1;
      if (parseStack(change(text))) wrong.push(`${name}, ${way}`);
    }
  const found = Object.keys(kinds).length * Object.keys(WAYS).length;
  const precision = share(found, found + wrong.length);
  console.log(
    `precision ${(precision * 100).toFixed(2)} % with ${total} look-alikes; wrong: ${wrong.join('; ') || 'none'}`,
  );
  expect(precision).toBeGreaterThanOrEqual(PRECISION_MIN);
});

test('the type that surfaced is read', () => {
  const wrong: string[] = [];
  let total = 0;
  for (const [way, change] of Object.entries(WAYS))
    for (const [name, [type, text]] of Object.entries(HARD_TRACES)) {
      total += 1;
      const read = parseStack(change(text))?.exceptions.at(-1)?.type ?? '';
      if (read !== type) wrong.push(`${name}, ${way}: ${read}`);
    }
  const right = share(total - wrong.length, total);
  console.log(`types ${(right * 100).toFixed(2)} % of ${total}; wrong: ${wrong.join('; ') || 'none'}`);
  expect(right).toBeGreaterThanOrEqual(TYPES_MIN);
});

test.each(Object.entries(HARDER_TRACES))(
  '%s: read to the last frame',
  (_, { type, frames, exceptions, text }) => {
    const read = parseStack(text)?.exceptions ?? [];
    const top = read.at(-1);
    expect({
      type: top?.type ?? '',
      frames: top?.stacktrace?.frames.length ?? 0,
      exceptions: read.length,
    }).toEqual({ type, frames, exceptions });
  },
);

test('the type that surfaced is read of the harder ones too', () => {
  const wrong: string[] = [];
  let total = 0;
  for (const [way, change] of Object.entries(WAYS))
    for (const [name, { type, text }] of Object.entries(HARDER_TRACES)) {
      total += 1;
      const read = parseStack(change(text))?.exceptions.at(-1)?.type ?? '';
      if (read !== type) wrong.push(`${name}, ${way}: ${read}`);
    }
  const right = share(total - wrong.length, total);
  console.log(
    `types ${(right * 100).toFixed(2)} % of ${total} harder ones; wrong: ${wrong.join('; ') || 'none'}`,
  );
  expect(right).toBeGreaterThanOrEqual(TYPES_MIN);
});

const JOINED_MIN = 0.88;
test('what arrives line by line is one record, between others', () => {
  const torn: string[] = [];
  for (const [name, { text }] of Object.entries(HARDER_TRACES)) {
    const records: string[] = [];
    const joiner = new StackJoiner<string>({ emit: (lines) => records.push(lines.join('\n')) });
    const lines = [
      '2026-01-01 12:00:00 INFO GET /cart 200',
      ...text.trimEnd().split('\n'),
      'listening on 3000',
    ];
    for (const line of lines) joiner.push(line, line);
    joiner.flush();
    if (records.length !== 3) torn.push(`${name} (${records.length - 2})`);
  }
  const total = Object.keys(HARDER_TRACES).length;
  const joined = share(total - torn.length, total);
  console.log(`joined ${(joined * 100).toFixed(2)} % of ${total}; torn: ${torn.join('; ') || 'none'}`);
  expect(joined).toBeGreaterThanOrEqual(JOINED_MIN);
});
