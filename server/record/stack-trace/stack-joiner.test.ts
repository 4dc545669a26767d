import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { variedLogs } from '#bench/logs/varied-logs.ts';
import { JOINED_CHARS_MAX, JOINED_LINES_MAX, StackJoiner } from './stack-joiner.ts';
import { NOT_TRACES, TRACES } from './test-traces.ts';

/** The records that lines become, each as text. */
function join(lines: readonly string[]): string[] {
  const records: string[] = [];
  const joiner = new StackJoiner<string>({ emit: (items) => records.push(items.join('\n')) });
  for (const line of lines) joiner.push(line, line);
  joiner.flush();
  return records;
}

describe('a stack trace', () => {
  it.each(Object.entries(TRACES))('is one record: %s', (_, trace) => {
    expect(join(trace.split('\n'))).toEqual([trace]);
  });

  it.each(Object.entries(TRACES))('stands apart from its neighbours: %s', (_, trace) => {
    const before = '2026-01-01 12:00:00 INFO GET /cart 200';
    const after = 'listening on port 3000';
    expect(join([before, ...trace.split('\n'), after])).toEqual([before, trace, after]);
  });

  it('is one record each, when the same happens twice', () => {
    for (const name of [
      'Python, a chain of three',
      'Node, uncaught',
      'Java, causes and suppressed',
      '.NET',
    ]) {
      const trace = TRACES[name]!;
      expect(join([...trace.split('\n'), ...trace.split('\n')]), name).toEqual([trace, trace]);
    }
  });

  it.each([
    '2026-11-22T12:00:00.123Z ',
    '2026-11-22T12:00:00.123456789Z stderr F ',
    'web-1  | ',
    'Nov 22 12:00:00 web-1 shop[17]: ',
    '2026-11-22 12:00:00,123 ',
  ])('is found behind the prefix %s', (prefix) => {
    for (const name of [
      'Python, a chain of three',
      'Java, causes and suppressed',
      'Node, uncaught',
      'Go, a panic',
      'Ruby',
      'Rust, with frames',
    ]) {
      const lines = TRACES[name]!.split('\n').map((line) => prefix + line);
      expect(join(lines), name).toEqual([lines.join('\n')]);
    }
  });

  it('takes no line above it that is no heading of it', () => {
    const trace = TRACES['Node, logged']!;
    expect(join(['ERROR without a time', ...trace.split('\n')])).toEqual(['ERROR without a time', trace]);
  });

  it('joins no lines of other places, or far apart', () => {
    const records: string[][] = [];
    const joiner = new StackJoiner<{ at: number; text: string }>({
      emit: (items) => records.push(items.map(({ text }) => text)),
      belong: (previous, next) => next.at - previous.at < 1_000,
    });
    const frames = TRACES['Kotlin, a coroutine']!.split('\n');
    frames.forEach((text, n) => {
      joiner.push({ at: n === 2 ? 60_000 : 0, text }, text);
    });
    joiner.flush();
    expect(records).toEqual([frames.slice(0, 2), frames.slice(2)]);
  });
});

describe('other lines', () => {
  it.each(Object.entries(NOT_TRACES))('stay as they are: %s', (_, text) => {
    expect(join(text.split('\n'))).toEqual(text.split('\n'));
  });

  it('stay as they are: a day of a dozen services', () => {
    const logs = variedLogs(7, 1_795_348_800_000, 1_000_000);
    const lines = Array.from({ length: 20_000 }, () => logs.next().value.body);
    expect(join(lines)).toEqual(lines);
  });
});

describe('bounds', () => {
  it('of lines and of characters split a record, and lose nothing', () => {
    const frame = '\tat com.shop.Cart.total(Cart.java:31)';
    const many = ['java.lang.StackOverflowError', ...Array<string>(JOINED_LINES_MAX * 2).fill(frame)];
    const records = join(many);
    expect(records).toHaveLength(3);
    expect(records.join('\n')).toBe(many.join('\n'));

    const long = `\tat com.shop.Cart.total(${'x'.repeat(JOINED_CHARS_MAX / 3)}.java:31)`;
    const heavy = ['java.lang.Error', long, long, long, long];
    expect(join(heavy).join('\n')).toBe(heavy.join('\n'));
    expect(join(heavy).length).toBeGreaterThan(1);
  });

  it('hold a few lines at most that may turn out to be none of it', () => {
    const joiner = new StackJoiner<string>({ emit: () => {} });
    for (let n = 0; n < 100; n += 1) joiner.push('', n === 0 ? 'Error: a' : 'more of it');
    expect(joiner.heldLines).toBeLessThan(10);
  });

  it('of the front that is looked at keep hostile lines cheap', () => {
    const pieces = [
      '.',
      ':1',
      '(A',
      'a.',
      'at a.',
      'A.b(',
      "a.rb:1:in '",
      '#1 ',
      '^',
      ' ',
      'Error',
      '[',
      'a: ',
      '"',
    ];
    const hostile = pieces.flatMap((piece) =>
      ['', '  at ', '\t', 'at '].map((front) => front + piece.repeat(1_000_000 / piece.length)),
    );
    for (const trace of ['Node, uncaught', 'Go, a panic', 'PHP, uncaught', 'Ruby', 'Rust, with frames']) {
      const lines = [...TRACES[trace]!.split('\n').slice(0, 5), ...hostile];
      expect(join(lines).join('\n') === lines.join('\n'), trace).toBe(true);
    }
    const short = hostile.map((line) => line.slice(0, 1_000));
    const flood = Array.from({ length: 200 }, () => short).flat();
    expect(join(flood).join('\n') === flood.join('\n')).toBe(true);
  });

  it('give each line out once and in order, whatever comes', () => {
    const pool = [...Object.values(TRACES), ...Object.values(NOT_TRACES)].flatMap((text) => text.split('\n'));
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pool), { maxLength: 60 }), (lines) => {
        expect(join(lines).join('\n')).toBe(lines.join('\n'));
      }),
      { numRuns: 300 },
    );
  });
});
