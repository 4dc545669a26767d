import { expect, test } from 'vitest';
import { cellText } from './cells.ts';
import { toCsv } from './csv.ts';
import { rangeOfProblem, readProblem } from './problem-place.ts';

test('a result becomes CSV that a spreadsheet reads and does not run', () => {
  const csv = toCsv({
    columns: [
      { name: 'a "name"', type: 'text' },
      { name: 'n', type: 'number' },
    ],
    rows: [
      ['two\nlines, one comma', -1.5],
      ['=1+1', null],
      ['-12', 3],
    ],
  });
  expect(csv).toBe(`"a ""name""",n\r\n"two\nlines, one comma",-1.5\r\n'=1+1,\r\n-12,3\r\n`);
});

test('figures have their thousands apart, times the digits they need', () => {
  expect(cellText('9007199254740993', 'integer')).toBe('9,007,199,254,740,993');
  expect(cellText(1234567, 'integer')).toBe('1,234,567');
  expect(cellText(0.1 + 0.2, 'number')).toBe('0.3');
  expect(cellText('2026-05-10T12:00:00.83Z', 'time')).toBe('2026-05-10 12:00:00.830');
  expect(cellText('2026-05-10T12:00:00Z', 'time')).toBe('2026-05-10 12:00:00');
});

test('a problem stands at the word that begins at its place', () => {
  const problem = readProblem('line 2, column 3: there is no column "bo.dy"');
  expect(problem.sentence).toBe('there is no column "bo.dy"');
  expect(rangeOfProblem('SELECT\n  bo.dy FROM', problem)).toEqual({ from: 9, to: 14 });
  expect(rangeOfProblem('SELECT', readProblem('line 1, column 99: x'))).toEqual({ from: 5, to: 6 });
  expect(readProblem('The query was cut short.')).toMatchObject({ line: null });
});
