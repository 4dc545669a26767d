import { describe, expect, it } from 'vitest';
import { parseLogQl } from './parse.ts';
import { printLogQl } from './print-logql.ts';

describe('a query on one line', () => {
  it.each([
    ['{app="web",env=~"p.*"}|="a \\"b\\""!~`\\d+`', '{app="web", env=~"p.*"} |= `a "b"` !~ `\\d+`'],
    ['{a="b"} |= "x" or "y" or ip("10.0.0.0/8")', '{a="b"} |= "x" or "y" or ip("10.0.0.0/8")'],
    ['{a="b"}|json|logfmt --strict x,y="z"', '{a="b"} | json | logfmt --strict x, y="z"'],
    ['{a="b"}|(x=1 or y>2) and z="q"', '{a="b"} | (x == 1 or y > 2) and z="q"'],
    ['{a="b"}|took>=1h30m size<10KB', '{a="b"} | took >= 1h30m and size < 10000B'],
    ['{a="b"}|drop x,y="1"|keep z', '{a="b"} | drop x, y="1" | keep z'],
    ['sum(rate({a="b"}[5m]))by(app)', 'sum by (app)(rate({a="b"} [5m]))'],
    ['topk(3,count_over_time({a="b"}[1d] offset 1h))', 'topk(3, count_over_time({a="b"} [1d] offset 1h))'],
    [
      'quantile_over_time(.9,{a="b"}|json|unwrap duration(took)|__error__=""[1m])by(x)',
      'quantile_over_time(0.9, {a="b"} | json | unwrap duration(took) | __error__="" [1m]) by (x)',
    ],
    ['(1+2)*3-4^5^6', '(1 + 2) * 3 - 4 ^ 5 ^ 6'],
    ['1-(2-3)', '1 - (2 - 3)'],
    ['vector(1)>bool on(a) group_left(b) vector(2)', 'vector(1) > bool on(a) group_left(b) vector(2)'],
    ['label_replace(vector(1),"a","$1","b","(.*)")', 'label_replace(vector(1), "a", "$1", "b", "(.*)")'],
  ])('%s', (query, printed) => {
    expect(printLogQl(parseLogQl(query))).toBe(printed);
    expect(parseLogQl(printed)).toEqual(parseLogQl(query));
  });
});

describe('a query too long for a line', () => {
  it('has a line for each stage', () => {
    const query =
      '{namespace="loki-dev", container="query-frontend"} |= "metrics.go" | logfmt | duration > 5s | line_format "{{.query}}"';
    const printed = printLogQl(parseLogQl(query));
    expect(printed).toBe(`{namespace="loki-dev", container="query-frontend"}
  |= "metrics.go"
  | logfmt
  | duration > 5s
  | line_format "{{.query}}"`);
    expect(parseLogQl(printed)).toEqual(parseLogQl(query));
  });

  it('has a line for each operand and argument, and means the same', () => {
    const query =
      'sum by (status) (rate({namespace="loki-dev", container="query-frontend"} | logfmt | status="500" [5m])) / (sum(rate({namespace="loki-dev", container="query-frontend"} | logfmt [5m])) + 1) ';
    const printed = printLogQl(parseLogQl(query));
    expect(printed.split('\n').length).toBeGreaterThan(5);
    expect(parseLogQl(printed)).toEqual(parseLogQl(query));
  });
});
