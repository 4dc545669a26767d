/** What is refused before anything is sent, in which words, and how long hostile texts may take. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejection } from '#server/platform/rejection.ts';
import { compileSelect } from '#server/query/plan/compile-select.ts';
import { readSql } from './run-sql.ts';

const read = (text: string) => readSql({ text, now: 0n, period: { start: 0n, end: 1n } });

function refusal(text: string): string {
  try {
    read(text);
  } catch (error) {
    if (error instanceof Rejection && error.code === 'query_invalid') return error.message;
    throw error;
  }
  return 'it was taken';
}

describe('a hostile query is refused', () => {
  it.each([
    ["SELECT * FROM file('/etc/passwd')", '"file" is no table'],
    ["SELECT * FROM url('http://x', CSV)", '"url" is no table'],
    ["SELECT * FROM s3('http://x')", '"s3" is no table'],
    ["SELECT * FROM remote('x', system, one)", '"remote" is no table'],
    ['SELECT * FROM numbers(10)', '"numbers" is no table'],
    ['SELECT * FROM system.tables', '"system.tables" cannot be read'],
    ['SELECT * FROM information_schema.tables', '"information_schema.tables" cannot be read'],
    ['SELECT * FROM "system"."tables"', '"system.tables" cannot be read'],
    ['SELECT * FROM outcomes', 'there is no table "outcomes"'],
    ['SELECT * FROM (SELECT * FROM system.one) t', '"system.one" cannot be read'],
    [
      'SELECT service FROM logs WHERE service IN (SELECT name FROM system.tables)',
      'a query can stand in FROM only',
    ],
    ['SELECT (SELECT 1)', 'expected FROM'],
    ['SELECT (SELECT 1) FROM logs', 'a query can stand in FROM only'],
    ['SELECT 1 FROM logs WHERE EXISTS (SELECT 1)', 'there is no function "exists"'],
    ['SELECT * FROM logs SETTINGS max_memory_usage = 0', 'SETTINGS is not supported'],
    ['SELECT * FROM logs FORMAT CSV', 'FORMAT is not supported'],
    ["SELECT * FROM logs INTO OUTFILE 'x'", 'INTO is not supported'],
    ["SELECT * INTO OUTFILE 'x' FROM logs", 'INTO is not supported'],
    ['SELECT * FROM logs UNION ALL SELECT * FROM events', 'UNION is not supported'],
    ['SELECT * FROM logs JOIN events ON 1', 'JOIN is not supported'],
    ['SELECT * FROM logs, events', 'a query reads one table'],
    ['WITH x AS (SELECT 1) SELECT * FROM x', 'WITH is not supported'],
    ['SELECT 1 FROM logs; DROP TABLE logs', 'one query at a time'],
    ['DROP TABLE logs', 'expected SELECT'],
    ['INSERT INTO logs VALUES (1)', 'expected SELECT'],
    ['SELECT sleep(3) FROM logs', 'there is no function "sleep"'],
    ["SELECT getSetting('x') FROM logs", 'there is no function "getsetting"'],
    ["SELECT dictGet('a', 'b', 1) FROM logs", 'there is no function "dictget"'],
    ["SELECT joinGet('a', 'b', 1) FROM logs", 'there is no function "joinget"'],
    ['SELECT hostName() FROM logs', 'there is no function "hostname"'],
    ['SELECT currentUser() FROM logs', 'there is no function "currentuser"'],
    ['SELECT current_user FROM logs', 'CURRENT_USER is not supported'],
    ["SELECT repeat('x', 1000000000) FROM logs", 'there is no function "repeat"'],
    ["SELECT equal(body, 'x') FROM logs", 'there is no function "equal"'],
    ['SELECT toString.constructor FROM logs', 'there is no table "tostring"'],
    ['SELECT constructor(1) FROM logs', 'there is no function "constructor"'],
    ['SELECT __proto__ FROM logs', 'there is no column "__proto__"'],
    ['SELECT `body` FROM logs', 'a name is quoted with "'],
    ['SELECT {x:String} FROM logs', 'there are no placeholders here'],
    ['SELECT $1 FROM logs', '"$" has no meaning here'],
    ["SELECT E'\\x41' FROM logs", "a text begins with '"],
    ["SELECT U&'\\0041' FROM logs", 'has no meaning here'],
    ['SELECT body /* FROM logs', 'ends the comment'],
    ['SELECT "body FROM logs', 'ends the name'],
    ["SELECT 'body FROM logs", 'ends the text'],
    ['SELECT row_number() OVER (PARTITION BY body) FROM logs', 'OVER is not supported'],
    ['SELECT * FROM logs FOR UPDATE', 'FOR is not supported'],
    ["SELECT match(body, '(a') FROM logs", 'no regular expression of RE2'],
    ['SELECT match(body, service) FROM logs', 'expected a regular expression in quotes'],
    ["SELECT body FROM logs WHERE body LIKE 'a\\'", 'expected %, _ or \\'],
    ['SELECT body FROM logs LIMIT 10001', 'at most 10000'],
    ['SELECT topK(1000000)(body) FROM logs', 'how many values'],
    ['SELECT quantile(2)(severity_number) FROM logs', 'the level, from 0 to 1'],
    ['SELECT 99999999999999999999 FROM logs', 'more digits than are counted with'],
    ['SELECT 1e999 FROM logs', 'without an exponent'],
  ])('%s', (text, sentence) => {
    expect(refusal(text)).toContain(sentence);
  });
});

describe('who errs is told where and what was expected', () => {
  it.each([
    ['SELECT servce FROM logs', 'line 1, column 8: there is no column "servce"; did you mean "service"?'],
    ['SELECT body\nFROM log', 'line 2, column 6: there is no table "log"; did you mean "logs"?'],
    ['SELECT lowr(body) FROM logs', 'line 1, column 8: there is no function "lowr"; did you mean "lower"?'],
    ['SELECT body FROM logs\nWHERE level = ', 'line 2, column 14: the query ends here'],
    [
      'SELECT httpStatus FROM logs',
      'line 1, column 8: there is no column "httpStatus"; what a sender named is found as attributes[\'name\']',
    ],
    [
      'SELECT body, count(*) FROM logs',
      'line 1, column 8: "body" must stand in GROUP BY, or in an aggregate such as any(body)',
    ],
    [
      'SELECT count(*) FROM logs WHERE count(*) > 3',
      'line 1, column 33: an aggregate cannot stand in WHERE: write HAVING',
    ],
    [
      'SELECT sum(max(severity_number)) FROM logs',
      'line 1, column 12: an aggregate cannot stand inside another',
    ],
    [
      "SELECT body FROM logs WHERE timestamp > 'yesterday'",
      "line 1, column 41: expected a time such as '2026-05-10 12:00:00' or now() - INTERVAL 1 HOUR",
    ],
    ["SELECT body FROM logs WHERE severity_number > 'x'", 'line 1, column 47: expected a number'],
    [
      'SELECT body FROM logs WHERE body',
      'line 1, column 29: expected a condition behind WHERE; this is a text',
    ],
    [
      'SELECT attributes + 1 FROM logs',
      `line 1, column 8: "+" takes a number; this is a map: write it with a key, as in attributes['key']`,
    ],
    ['SELECT lower(body, 1) FROM logs', 'line 1, column 8: lower takes 1 argument'],
  ])('%s', (text, sentence) => {
    expect(refusal(text)).toBe(sentence);
  });
});

describe('what stands in the text does not stand in the SQL', () => {
  it('but is bound', () => {
    const evil = "'; DROP TABLE logs --";
    const quoted = evil.replaceAll("'", "''");
    const { sql, params } = compileSelect(
      read(
        `SELECT attributes['${quoted}'] AS "${evil.replaceAll('"', '')}", count(*) FROM logs WHERE body = '${quoted}' AND body ~ '${quoted}' GROUP BY 1`,
      ).plan,
    );
    expect(sql).not.toContain('DROP');
    expect(Object.values(params)).toContain(evil);
    expect(sql).toContain('project_id IN {projects:Array(UInt32)}');
  });
});

describe('a text of any kind ends', () => {
  const deep = (open: string, close: string, times: number) => `${open.repeat(times)}a${close.repeat(times)}`;
  it.each([
    `SELECT ${deep('(', ')', 2_000)} FROM logs`,
    `SELECT ${deep('lower(', ')', 500)} FROM logs`,
    `SELECT ${deep('a[', ']', 1_000)} FROM logs`,
    `SELECT ${deep('CASE WHEN true THEN ', ' END', 150)} FROM logs`,
    `SELECT 1 FROM logs WHERE ${'NOT '.repeat(900)} true`,
    `SELECT ${'- '.repeat(900)} 1 FROM logs`,
    `SELECT 1 ${'+ 1'.repeat(400)} FROM logs`,
    `SELECT ${'a a,'.repeat(300)} a FROM logs`,
    `SELECT ${Array.from({ length: 40 }, (_, at) => `a${at} || a${at} AS a${at + 1}`).join(', ')}, body AS a0 FROM logs GROUP BY a40`,
    `SELECT ${deep('(SELECT ', ')', 300)} FROM logs`,
    'x'.repeat(6_000),
    `SELECT '${'x'.repeat(4_900)}`,
  ])('with a refusal: %.60s', (text) => {
    expect(refusal(text)).toMatch(/^line \d+, column \d+: /);
  });

  it('that is long and honest with a plan', () => {
    const terms = Array.from({ length: 160 }, (_, at) => `service = 's${at}'`).join(' OR ');
    expect(read(`SELECT count(*) FROM logs WHERE ${terms}`).plan.columns).toHaveLength(1);
  });

  it('made of pieces of SQL with a refusal or a plan', () => {
    const piece = fc.constantFrom(
      ..."SELECT|FROM|WHERE|GROUP BY|ORDER BY|HAVING|LIMIT|DISTINCT|logs|events|body|level|count|(|)|[|]|,|*|'a'|'|\"|1|0.5|=|<|AND|OR|NOT|IN|LIKE|BETWEEN|CASE|WHEN|THEN|END|IS NULL|INTERVAL 5 MINUTE|quantile(0.9)(|attributes|::|.|;|--|/*|*/|\n|\\|{|💥|null|-|||".split(
        '|',
      ),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        refusal(`SELECT ${pieces.join(' ')}`);
        refusal(`SELECT body FROM logs WHERE ${pieces.join(' ')}`);
      }),
      { seed: 20260510, numRuns: 400 },
    );
  });
});
