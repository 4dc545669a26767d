/**
 * The functions a SELECT may call: what they take and give, a sentence for people, and how the engine does it. What
 * is not in these tables is not called. Arguments come as SQL that is ours already.
 */
import type { ValueType } from './select-plan.ts';

/** `pattern`: a regular expression (RE2) as a literal; `literal`: a text as a literal; `same`: all of one type. */
export type ArgumentType = 'text' | 'number' | 'time' | 'boolean' | 'any' | 'same' | 'pattern' | 'literal';

export interface PlanFunction {
  takes: readonly ArgumentType[];
  /** How many of them may be left out. */
  optional?: number;
  /** The last may be repeated. */
  isOpen?: boolean;
  /** `same`: the type of the arguments that are `same`. `first`: of the first. */
  gives: ValueType | 'same' | 'first';
  says?: string;
  sql(of: readonly string[]): string;
}

const call =
  (name: string) =>
  (of: readonly string[]): string =>
    `${name}(${of.join(', ')})`;
const between =
  (operator: string) =>
  ([a, b]: readonly string[]): string =>
    `(${a} ${operator} ${b})`;
const nanoseconds = (time: string | undefined) => `toUnixTimestamp64Nano(${time})`;
const timeOfNanoseconds = (ns: string) => `fromUnixTimestamp64Nano(${ns}, 'UTC')`;

/** Begin of the span of so many nanoseconds that holds the time; spans are counted from 1970 and an offset. */
const startOf = (
  time: string | undefined,
  ns: string | number | bigint,
  offset: string | number | bigint = 0,
) =>
  timeOfNanoseconds(
    `(${nanoseconds(time)} - positiveModulo(${nanoseconds(time)} - toInt64(${offset}), toInt64(${ns})))`,
  );
export const NS_OF = {
  second: 1_000_000_000n,
  minute: 60_000_000_000n,
  hour: 3_600_000_000_000n,
  day: 86_400_000_000_000n,
  week: 604_800_000_000_000n,
} as const;
/** 1970-01-05 was the first Monday. */
const MONDAY = 4n * NS_OF.day;

const bucket = (unit: keyof typeof NS_OF, says: string): PlanFunction => ({
  takes: ['time'],
  gives: 'time',
  says,
  sql: ([time]) => startOf(time, NS_OF[unit], unit === 'week' ? MONDAY : 0),
});
const calendar = (name: string, says: string): PlanFunction => ({
  takes: ['time'],
  gives: 'time',
  says,
  sql: ([time]) => `toDateTime64(${name}(${time}), 9, 'UTC')`,
});
const part = (name: string, says: string): PlanFunction => ({
  takes: ['time'],
  gives: 'integer',
  says,
  sql: ([time]) => `${name}(${time})`,
});
const maths = (name: string, says: string): PlanFunction => ({
  takes: ['number'],
  gives: 'number',
  says,
  sql: call(name),
});
const compare = (operator: string): PlanFunction => ({
  takes: ['same', 'same'],
  gives: 'boolean',
  sql: between(operator),
});
const arithmetic = (sql: PlanFunction['sql'], gives: 'number' | 'same' = 'same'): PlanFunction => ({
  takes: ['number', 'number'],
  gives,
  sql,
});
const json = (name: string, gives: ValueType, says: string): PlanFunction => ({
  takes: ['text', 'literal'],
  isOpen: true,
  gives,
  says,
  sql: call(name),
});

/** What operators become: not to be called by name. */
export const OPERATORS = {
  equal: compare('='),
  unequal: compare('!='),
  less: compare('<'),
  lessOrEqual: compare('<='),
  greater: compare('>'),
  greaterOrEqual: compare('>='),
  and: {
    takes: ['boolean', 'boolean'],
    isOpen: true,
    gives: 'boolean',
    sql: (of) => `(${of.join(' AND ')})`,
  },
  or: { takes: ['boolean', 'boolean'], isOpen: true, gives: 'boolean', sql: (of) => `(${of.join(' OR ')})` },
  not: { takes: ['boolean'], gives: 'boolean', sql: ([of]) => `(NOT ${of})` },
  plus: arithmetic(between('+')),
  minus: arithmetic(between('-')),
  times: arithmetic(between('*')),
  divide: arithmetic(([a, b]) => `(${a} / nullIf(${b}, 0))`, 'number'),
  /** By zero: null. The engine would end the query. */
  modulo: arithmetic(([a, b]) => `(${a} % nullIf(${b}, 0))`),
  negate: { takes: ['number'], gives: 'first', sql: ([of]) => `(-${of})` },
  like: { takes: ['text', 'literal'], gives: 'boolean', sql: between('LIKE') },
  ilike: { takes: ['text', 'literal'], gives: 'boolean', sql: between('ILIKE') },
  in: {
    takes: ['same', 'same'],
    isOpen: true,
    gives: 'boolean',
    sql: ([of, ...values]) => `(${of} IN (${values.join(', ')}))`,
  },
  isNull: { takes: ['any'], gives: 'boolean', sql: ([of]) => `isNull(${of})` },
  isNullText: { takes: ['text'], gives: 'boolean', sql: ([of]) => `(ifNull(${of}, '') = '')` },
  /** Null for the empty text, which is how a text that was not sent is stored. */
  sent: { takes: ['text'], gives: 'text', sql: ([of]) => `nullIf(${of}, '')` },
  shift: {
    takes: ['time', 'number'],
    gives: 'time',
    sql: ([time, ns]) => timeOfNanoseconds(`(${nanoseconds(time)} + ${ns})`),
  },
  secondsBetween: {
    takes: ['time', 'time'],
    gives: 'number',
    sql: ([a, b]) => `((${nanoseconds(a)} - ${nanoseconds(b)}) / 1000000000)`,
  },
  startOfInterval: { takes: ['time', 'number'], gives: 'time', sql: ([time, ns]) => startOf(time, ns!) },
  startOfWeeks: { takes: ['time', 'number'], gives: 'time', sql: ([time, ns]) => startOf(time, ns!, MONDAY) },
  caseWhen: { takes: ['any'], isOpen: true, gives: 'same', sql: call('multiIf') },
  asNumber: { takes: ['any'], gives: 'number', sql: ([of]) => `toFloat64(${of})` },
  asInteger: { takes: ['any'], gives: 'integer', sql: ([of]) => `toInt64(${of})` },
  parseNumber: { takes: ['text'], gives: 'number', sql: call('toFloat64OrNull') },
  parseInteger: { takes: ['text'], gives: 'integer', sql: call('toInt64OrNull') },
  /** Beyond what an integer holds: null. */
  truncate: {
    takes: ['number'],
    gives: 'integer',
    sql: ([of]) => `accurateCastOrNull(trunc(${of}), 'Int64')`,
  },
  parseTime: {
    takes: ['text'],
    gives: 'time',
    sql: ([of]) => `parseDateTime64BestEffortOrNull(${of}, 9, 'UTC')`,
  },
  printText: { takes: ['any'], gives: 'text', sql: call('toString') },
  printBoolean: { takes: ['boolean'], gives: 'text', sql: ([of]) => `if(${of}, 'true', 'false')` },
} as const satisfies Record<string, PlanFunction>;

export const FUNCTIONS = {
  lower: { takes: ['text'], gives: 'text', says: 'In lower case.', sql: call('lowerUTF8') },
  upper: { takes: ['text'], gives: 'text', says: 'In upper case.', sql: call('upperUTF8') },
  trim: { takes: ['text'], gives: 'text', says: 'Without spaces at both ends.', sql: call('trimBoth') },
  length: { takes: ['text'], gives: 'integer', says: 'Number of characters.', sql: call('lengthUTF8') },
  substring: {
    takes: ['text', 'number', 'number'],
    optional: 1,
    gives: 'text',
    says: 'From a character, counted from 1, so many characters.',
    sql: ([of, ...rest]) => `substringUTF8(${[of, ...rest.map((one) => `toInt64(${one})`)].join(', ')})`,
  },
  left: {
    takes: ['text', 'number'],
    gives: 'text',
    says: 'The first characters.',
    sql: ([of, count]) => `substringUTF8(${of}, 1, greatest(toInt64(${count}), 0))`,
  },
  position: {
    takes: ['text', 'text'],
    gives: 'integer',
    says: 'Where the second text stands in the first, from 1; 0: nowhere.',
    sql: call('positionUTF8'),
  },
  startsWith: {
    takes: ['text', 'text'],
    gives: 'boolean',
    says: 'Whether the first text begins with the second.',
    sql: call('startsWith'),
  },
  endsWith: {
    takes: ['text', 'text'],
    gives: 'boolean',
    says: 'Whether the first text ends with the second.',
    sql: call('endsWith'),
  },
  concat: {
    takes: ['text', 'text'],
    isOpen: true,
    gives: 'text',
    says: 'One after the other; `||` too.',
    sql: call('concat'),
  },
  replace: {
    takes: ['text', 'literal', 'literal'],
    gives: 'text',
    says: 'With every occurrence of one text replaced by another.',
    sql: call('replaceAll'),
  },
  match: {
    takes: ['text', 'pattern'],
    gives: 'boolean',
    says: 'Whether a regular expression (RE2) is found in it; `~` too.',
    sql: call('match'),
  },
  extract: {
    takes: ['text', 'pattern'],
    gives: 'text',
    says: 'What a regular expression finds: its first group, else all of it; empty: nothing.',
    sql: call('extract'),
  },
  coalesce: {
    takes: ['same', 'same'],
    isOpen: true,
    gives: 'same',
    says: 'The first that is there: not null, and of texts not empty.',
    sql: call('coalesce'),
  },
  nullIf: {
    takes: ['same', 'same'],
    gives: 'same',
    says: 'Null when both are equal, else the first.',
    sql: call('nullIf'),
  },
  if: {
    takes: ['boolean', 'same', 'same'],
    gives: 'same',
    says: 'The second when the condition holds, else the third.',
    sql: call('if'),
  },
  multiIf: {
    takes: ['boolean', 'same', 'same'],
    isOpen: true,
    gives: 'same',
    says: 'condition, value, condition, value, …, otherwise: as CASE.',
    sql: call('multiIf'),
  },
  greatest: {
    takes: ['same', 'same'],
    isOpen: true,
    gives: 'same',
    says: 'The largest of them.',
    sql: call('greatest'),
  },
  least: {
    takes: ['same', 'same'],
    isOpen: true,
    gives: 'same',
    says: 'The smallest of them.',
    sql: call('least'),
  },
  round: {
    takes: ['number', 'number'],
    optional: 1,
    gives: 'number',
    says: 'To so many digits behind the point (0 to 12, a literal); halves go to the even neighbour.',
    sql: call('round'),
  },
  floor: maths('floor', 'The integer below.'),
  ceil: maths('ceil', 'The integer above.'),
  abs: maths('abs', 'Without its sign.'),
  sqrt: maths('sqrt', 'The square root.'),
  ln: maths('log', 'The natural logarithm.'),
  log10: maths('log10', 'The logarithm to the base 10.'),
  now: { takes: [], gives: 'time', says: 'The time of the query.', sql: call('now') },
  toStartOfSecond: bucket('second', 'The second it is in.'),
  toStartOfMinute: bucket('minute', 'The minute it is in.'),
  toStartOfHour: bucket('hour', 'The hour it is in.'),
  toStartOfDay: bucket('day', 'The day it is in, in UTC.'),
  toStartOfWeek: bucket('week', 'The week it is in, from Monday.'),
  toStartOfMonth: calendar('toStartOfMonth', 'The month it is in.'),
  toStartOfQuarter: calendar('toStartOfQuarter', 'The quarter it is in.'),
  toStartOfYear: calendar('toStartOfYear', 'The year it is in.'),
  toHour: part('toHour', 'The hour of the day, 0 to 23.'),
  toMinute: part('toMinute', 'The minute of the hour.'),
  toSecond: part('toSecond', 'The second of the minute.'),
  toDayOfWeek: part('toDayOfWeek', 'Monday is 1, Sunday 7.'),
  toDayOfMonth: part('toDayOfMonth', 'The day of the month.'),
  toMonth: part('toMonth', 'The month, 1 to 12.'),
  toYear: part('toYear', 'The year.'),
  toUnixTimestamp: {
    takes: ['time'],
    gives: 'integer',
    says: 'Seconds since 1970.',
    sql: ([time]) => `toUnixTimestamp64Second(toDateTime64(${time}, 9, 'UTC'))`,
  },
  JSONExtractString: json(
    'JSONExtractString',
    'text',
    'The text at a path of keys in JSON; empty when there is none.',
  ),
  JSONExtractInt: json(
    'JSONExtractInt',
    'integer',
    'The integer at a path of keys in JSON; 0 when there is none.',
  ),
  JSONExtractFloat: json(
    'JSONExtractFloat',
    'number',
    'The number at a path of keys in JSON; 0 when there is none.',
  ),
  JSONExtractBool: json(
    'JSONExtractBool',
    'boolean',
    'The truth at a path of keys in JSON; false when there is none.',
  ),
  JSONExtractRaw: json('JSONExtractRaw', 'text', 'What stands at a path of keys in JSON, as JSON.'),
  JSONHas: json('JSONHas', 'boolean', 'Whether there is something at a path of keys in JSON.'),
} as const satisfies Record<string, PlanFunction>;

export interface PlanAggregate {
  takes: readonly ('any' | 'number' | 'comparable')[];
  optional?: number;
  gives: ValueType | 'first';
  says: string;
  /** The engine's name of it. */
  sql: string;
  /** What the parameter in its own parentheses is, when there is one. */
  parameter?: { says: string; from: number; to: number; isWhole?: boolean; otherwise?: number };
}

const LEVEL = { says: 'the level, from 0 to 1', from: 0, to: 1 };

export const AGGREGATES = {
  count: {
    takes: ['any'],
    optional: 1,
    gives: 'integer',
    says: 'Number of rows; with an argument of those where it is there. count(DISTINCT x): of different values, exactly.',
    sql: 'count',
  },
  uniq: { takes: ['any'], gives: 'integer', says: 'Number of different values, about; fast.', sql: 'uniq' },
  uniqExact: {
    takes: ['any'],
    gives: 'integer',
    says: 'Number of different values, exactly.',
    sql: 'uniqExact',
  },
  sum: { takes: ['number'], gives: 'first', says: 'The sum.', sql: 'sum' },
  avg: { takes: ['number'], gives: 'number', says: 'The average.', sql: 'avg' },
  min: { takes: ['comparable'], gives: 'first', says: 'The least.', sql: 'min' },
  max: { takes: ['comparable'], gives: 'first', says: 'The largest.', sql: 'max' },
  median: {
    takes: ['number'],
    gives: 'number',
    says: 'The value in the middle, about.',
    sql: 'medianTDigest',
  },
  quantile: {
    takes: ['number'],
    gives: 'number',
    says: 'quantile(0.95)(x) or quantile(x, 0.95): 95 % of the values are below it, about.',
    sql: 'quantileTDigest',
    parameter: LEVEL,
  },
  quantileExact: {
    takes: ['number'],
    gives: 'number',
    says: 'As quantile, exactly, with more memory.',
    sql: 'quantileExact',
    parameter: LEVEL,
  },
  stddev: {
    takes: ['number'],
    gives: 'number',
    says: 'The standard deviation of the sample.',
    sql: 'stddevSamp',
  },
  any: { takes: ['any'], gives: 'first', says: 'Some value, where there is one.', sql: 'any' },
  topK: {
    takes: ['any'],
    gives: 'list',
    says: 'topK(5)(x): the five most frequent values, about.',
    sql: 'topK',
    parameter: { says: 'how many values, from 1 to 100', from: 1, to: 100, isWhole: true, otherwise: 10 },
  },
  argMax: {
    takes: ['any', 'comparable'],
    gives: 'first',
    says: 'The first argument in the row where the second is largest.',
    sql: 'argMax',
  },
  argMin: {
    takes: ['any', 'comparable'],
    gives: 'first',
    says: 'The first argument in the row where the second is least.',
    sql: 'argMin',
  },
} as const satisfies Record<string, PlanAggregate>;

export type OperatorName = keyof typeof OPERATORS;
export type FunctionName = OperatorName | keyof typeof FUNCTIONS;
export type AggregateName = keyof typeof AGGREGATES;

export function functionOf(name: FunctionName): PlanFunction {
  return name in OPERATORS ? OPERATORS[name as OperatorName] : FUNCTIONS[name as keyof typeof FUNCTIONS];
}
export const aggregateOf = (name: AggregateName): PlanAggregate => AGGREGATES[name];
