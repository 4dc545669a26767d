/** The tree of a query, printed back with all its parentheses, and what is refused where. */
import { describe, expect, it } from 'vitest';
import type { LabelFilter, LogExpr, LogQl, Stage } from './ast.ts';
import { parseLogQl } from './parse.ts';

function print(query: LogQl): string {
  switch (query.is) {
    case 'log':
      return printLog(query);
    case 'number':
      return String(query.value);
    case 'vector':
      return `vector(${query.value})`;
    case 'range': {
      const parameter = query.parameter === undefined ? '' : `${query.parameter}, `;
      const unwrap = query.unwrap ? ` unwrap ${query.unwrap.conversion ?? ''}(${query.unwrap.label})` : '';
      const filters = query.unwrap?.filters.map((filter) => ` | ${printFilter(filter)}`).join('') ?? '';
      return `${query.operation}(${parameter}${printLog(query.log)}${unwrap}${filters} [${query.range / 1_000_000n}ms] ${query.offset / 1_000_000n}ms)${printGrouping(query)}`;
    }
    case 'aggregation':
      return `${query.operation}${printGrouping(query)}(${query.parameter ?? ''}${print(query.of)})`;
    case 'label_replace':
      return `label_replace(${print(query.of)} ${query.target} ${query.replacement} ${query.source} ${query.pattern})`;
    case 'binary': {
      const { matching, bool } = query;
      const group = matching?.group ? ` ${matching.group.many}(${matching.group.include})` : '';
      const how = matching ? ` ${matching.on ? 'on' : 'ignoring'}(${matching.labels})${group}` : '';
      return `(${print(query.left)} ${query.operator}${bool ? ' bool' : ''}${how} ${print(query.right)})`;
    }
  }
}

const printGrouping = ({ grouping }: { grouping?: { without: boolean; labels: string[] } }) =>
  grouping ? ` ${grouping.without ? 'without' : 'by'}(${grouping.labels})` : '';

const printLog = ({ matchers, stages }: LogExpr) =>
  [
    `{${matchers.map(({ name, operator, value }) => name + operator + value)}}`,
    ...stages.map(printStage),
  ].join(' ');

function printStage(stage: Stage): string {
  if (stage.is === 'line')
    return `${stage.operator} ${stage.any.map(({ is, value }) => `${is}:${value}`).join('|')}`;
  if (stage.is === 'filter') return `| ${printFilter(stage.filter)}`;
  const { is, ...rest } = stage;
  return `| ${is} ${JSON.stringify(rest)}`;
}

function printFilter(filter: LabelFilter): string {
  if ('left' in filter) return `(${printFilter(filter.left)} ${filter.is} ${printFilter(filter.right)})`;
  if (filter.is === 'matcher')
    return `${filter.matcher.name}${filter.matcher.operator}${filter.matcher.value}`;
  if (filter.is === 'ip') return `${filter.name}${filter.negated ? '!=' : '='}ip(${filter.range})`;
  return `${filter.name}${filter.operator}${filter.value}${filter.is[0]}`;
}

describe('a query', () => {
  it.each<[string, string]>([
    ['{a="b"}', '{a=b}'],
    ['{a="b", c!~`d\\d`,} # comment', '{a=b,c!~d\\d}'],
    ['({a="b"} |= "x") |= "y"', '{a=b} |= text:x |= text:y'],
    ['{a="b"} |= "x" or ip("10.0.0.1") != "z"', '{a=b} |= text:x|ip:10.0.0.1 != text:z'],
    ['{a="\\u0041\\x42\\n\\""}', '{a=AB\n"}'],
    ['{a="b"} | x>1 or y>2 and z>3', '{a=b} | (x>1n or (y>2n and z>3n))'],
    ['{a="b"} | x="1" y=~"2", z!="3"', '{a=b} | ((x=1 and y=~2) and z!=3)'],
    [
      '{a="b"} | x>1.5s | y<=10KiB | z==-2e3 | w!=ip("::1")',
      '{a=b} | x>1500000000d | y<=10240b | z==-2000n | w!=ip(::1)',
    ],
    ['{a="b"} | x > 10b | y > 1µs | z > 1h30m', '{a=b} | x>10b | y>1000d | z>5400000000000d'],
    ['{a="b"} | json != "x"', '{a=b} | json {"extractions":[]} != text:x'],
    ['{a="b"} | json="x"', '{a=b} | json=x'],
    [
      '{sum="by"} | json sum="x", rate',
      '{sum=by} | json {"extractions":[{"name":"sum","expression":"x"},{"name":"rate","expression":"rate"}]}',
    ],
    [
      '{a="b"} | logfmt --strict --keep-empty x',
      '{a=b} | logfmt {"strict":true,"keepEmpty":true,"extractions":[{"name":"x","expression":"x"}]}',
    ],
    [
      '{a="b"} | drop x, y="1" | keep z',
      '{a=b} | drop {"labels":[{"name":"x"},{"name":"y","matcher":{"name":"y","operator":"=","value":"1"}}]} | keep {"labels":[{"name":"z"}]}',
    ],
    ['1 + 2 * 3 - 4', '((1 + (2 * 3)) - 4)'],
    ['2 ^ 3 ^ 2', '(2 ^ (3 ^ 2))'],
    ['1 < 2 + 3 and vector(1) or vector(2)', ''],
    [
      'vector(1) or vector(2) and vector(3) unless vector(4)',
      '(vector(1) or ((vector(2) and vector(3)) unless vector(4)))',
    ],
    ['vector(1) > bool on(a, b) group_left(c) vector(2)', '(vector(1) > bool on(a,b) left(c) vector(2))'],
    ['vector(1) / ignoring(a) group_right vector(2)', '(vector(1) / ignoring(a) right() vector(2))'],
    ['SUM BY (a) (Rate({a="b"}[5m]))', 'sum by(a)(rate({a=b} [300000ms] 0ms))'],
    ['sum(rate({a="b"}[5m])) by (a)', 'sum by(a)(rate({a=b} [300000ms] 0ms))'],
    ['rate({a="b"}[5m] offset -1h | json)', 'rate({a=b} | json {"extractions":[]} [300000ms] -3600000ms)'],
    ['rate(({a="b"} | json)[1w2d])', 'rate({a=b} | json {"extractions":[]} [777600000ms] 0ms)'],
    [
      'sum_over_time({a="b"} | unwrap bytes(x) | y="1" [5m])',
      'sum_over_time({a=b} unwrap bytes(x) | y=1 [300000ms] 0ms)',
    ],
    ['sum_over_time({a="b"}[5m] | unwrap x)', 'sum_over_time({a=b} unwrap (x) [300000ms] 0ms)'],
    [
      'quantile_over_time(0.9, {a="b"} | unwrap x [1m]) by (c)',
      'quantile_over_time(0.9, {a=b} unwrap (x) [60000ms] 0ms) by(c)',
    ],
    ['approx_topk(3, vector(1))', 'approx_topk(3vector(1))'],
    ['label_replace(vector(1), "a", "$1", "b", "(.*)")', 'label_replace(vector(1) a $1 b (.*))'],
    ['sum by (rate, json) (vector(1))', 'sum by(rate,json)(vector(1))'],
    ['-1 + +2', '(-1 + 2)'],
  ])('%s', (text, expected) => {
    if (expected === '') expect(() => parseLogQl(text)).toThrow('unexpected literal for left leg');
    else expect(print(parseLogQl(text))).toBe(expected);
  });

  it('is refused at the place where it goes wrong', () => {
    const refusal = (text: string) => {
      try {
        parseLogQl(text);
      } catch (error) {
        return (error as Error).message;
      }
      return 'understood';
    };
    expect(refusal('{a="b"')).toMatch(/^parse error at line 1, col 7: /);
    expect(refusal('{a="b"}\n  |= x')).toMatch(/^parse error at line 2, col 6: .*IDENTIFIER x/);
    expect(refusal('{a="b} | json')).toMatch(/col 4: literal not terminated/);
    expect(refusal('{a="b"} ; x')).toMatch(/col 9: .*unexpected character ";"/);
    expect(refusal('{a="\\d"}')).toMatch(/invalid char escape .* use backquotes/);
    expect(refusal(new Array(5_000).fill('1').join('+'))).toMatch(/at most 1000 terms/);
    expect(refusal(`{a="b"} | ${new Array(5_000).fill('x="1"').join(' or ')}`)).toMatch(/at most 1000 terms/);
    expect(refusal(`${'('.repeat(100)}1`)).toMatch(/at most 64 expressions/);
    expect(refusal('rate({a="b"})')).toMatch(/expecting a range such as \[5m\]/);
    expect(refusal('{a="b"} | logfmt --nope')).toMatch(/--strict or --keep-empty/);
    expect(refusal('vector(1) + bool vector(2)')).toMatch(/bool can stand only after a comparison/);
  });
});
