/** Filters and texts of a plan as expressions over the table `logs`. Every value is bound. */
import type { BoundValues } from '#server/query/bound-values.ts';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import { LOG_LEVELS } from '#server/record/log.ts';
import { besideAttribute, MOVED_LABEL } from '#server/record/stream-labels.ts';
import { streamLabelPattern, streamLabelSql } from '#server/store/telemetry/stream-column.ts';
import type { AttributeKey, PlanFilter, PlanText } from './plan.ts';

export function filterSql(filter: PlanFilter, bound: BoundValues): string {
  switch (filter.is) {
    case 'all':
    case 'any': {
      if (filter.of.length === 0) return filter.is === 'all' ? '1' : '0';
      const parts = filter.of.map((part) => filterSql(part, bound));
      return `(${parts.join(filter.is === 'all' ? ' AND ' : ' OR ')})`;
    }
    case 'not':
      return `NOT ${filterSql(filter.of, bound)}`;
    case 'has':
      return hasSql(filter.key, bound);
    case 'has-moved-label':
      return `(${movedUnder(filter.name, bound).join(' OR ')})`;
    case 'has-field':
      return `(${mapsWith(bound.bind('String', filter.name)).join(' OR ')})`;
    case 'equal':
      return `(${textSql(filter.text, bound)} = ${bound.bind('String', filter.value)})`;
    case 'lower-in':
      return `(lower(${textSql(filter.text, bound)}) IN (${filter.values.map((value) => bound.bind('String', value)).join(', ')}))`;
    case 'contains':
      return containsSql(filter.text, filter.value, bound);
    case 'like': {
      const pattern = filter.whole ? likeWhole(filter.pattern) : likeAnywhere(filter.pattern);
      return isBody(filter.text) && IS_ASCII.test(pattern)
        ? lowerBodyLike(pattern, bound)
        : `(${textSql(filter.text, bound)} ILIKE ${bound.bind('String', pattern)})`;
    }
    case 'compare':
      return `ifNull(${numberSql(filter.text, bound)} ${filter.operator} ${bound.bind('Float64', filter.value)}, 0)`;
    case 'severity':
      return `(severity_number BETWEEN ${bound.bind('UInt8', filter.from)} AND ${bound.bind('UInt8', filter.to)})`;
    case 'pattern':
      return `(pattern_id = ${bound.bind('Int64', filter.id)})`;
    case 'matches':
      // The engine lets the dot match line breaks unless it is told not to.
      return `match(${textSql(filter.text, bound)}, ${bound.bind('String', `(?-s:${filter.pattern})`)})`;
  }
}

const isBody = (text: PlanText) => text.is === 'column' && text.column === 'body';
const IS_ASCII = /^[\0-\x7f]*$/;
/** Capitals that the engine's `lower` knows: no others, so that a text in a body is in the lower body too. */
const lowerAscii = (text: string) => text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());

/** In the words of the index of substrings, which then says what need not be read. */
const lowerBodyLike = (pattern: string, bound: BoundValues) =>
  `(lower(body) LIKE ${bound.bind('String', lowerAscii(pattern))})`;

function containsSql(text: PlanText, value: string, bound: BoundValues): string {
  const pattern = likeAnywhere([value]);
  const exactly = `${textSql(text, bound)} LIKE ${bound.bind('String', pattern)}`;
  return isBody(text) ? `(${lowerBodyLike(pattern, bound)} AND ${exactly})` : `(${exactly})`;
}

export function textSql(text: PlanText, bound: BoundValues): string {
  switch (text.is) {
    case 'column':
      return text.column;
    case 'attribute':
      return attributeSql(text.key, bound);
    case 'field': {
      const name = bound.bind('String', text.name);
      const [inAttributes, inLabels] = mapsWith(name);
      return `multiIf(${inAttributes}, attributes[${name}], ${inLabels}, labels[${name}], resource[${name}])`;
    }
    case 'moved-label': {
      const [own, beside] = movedUnder(text.name, bound) as [string, string];
      const besideName = bound.bind('String', besideAttribute(text.name));
      return `multiIf(${own}, attributes[${bound.bind('String', text.name)}], ${beside}, attributes[${besideName}], '')`;
    }
    case 'stream-label':
      return streamLabelSql(bound.bind('String', streamLabelPattern(text.name)));
    case 'pattern':
      return 'toString(pattern_id)';
    case 'level':
      return levelName(LEVEL_NUMBER);
    case 'severity_number':
      return `if(severity_number = 0, '', toString(severity_number))`;
    case 'start':
      return `substringUTF8(${textSql(text.of, bound)}, 1, ${bound.bind('Int64', text.chars)})`;
    case 'constant':
      return bound.bind('String', text.value);
    case 'if':
      return `if(${filterSql(text.condition, bound)}, ${textSql(text.value, bound)}, ${textSql(text.otherwise, bound)})`;
  }
}

/** 1 to 6, 0 for none: four severities make a level. */
export const LEVEL_NUMBER = 'intDiv(severity_number + 3, 4)';

export const levelName = (number: string) =>
  `transform(${number}, [1, 2, 3, 4, 5, 6], [${LOG_LEVELS.map((level) => `'${level}'`).join(', ')}], '')`;

/** Null for a text that is no number. */
export const numberSql = (text: PlanText, bound: BoundValues) => `toFloat64OrNull(${textSql(text, bound)})`;

/** Where a field is looked for: what a record says itself comes first. */
const mapsWith = (name: string) =>
  ['attributes', 'labels', 'resource'].map((map) => `mapContains(${map}, ${name})`);

/** Under its own name, or beside an attribute that has it. The types of attributes are few, so they are looked at first. */
const movedUnder = (name: string, bound: BoundValues) =>
  [name, besideAttribute(name)].map(
    (key) => `attribute_types[${bound.bind('String', key)}] = '${MOVED_LABEL}'`,
  );

const isSpelledOddly = ({ asLabel, name }: AttributeKey) => asLabel === true && name.includes('_');

function hasSql(key: AttributeKey, bound: BoundValues): string {
  const name = bound.bind('String', key.name);
  const exactly = `mapContains(${key.of}, ${name})`;
  return isSpelledOddly(key) ? `(${exactly} OR ${oddKeySql(key, bound)} != '')` : exactly;
}

function attributeSql(key: AttributeKey, bound: BoundValues): string {
  const name = bound.bind('String', key.name);
  const exactly = `${key.of}[${name}]`;
  return isSpelledOddly(key)
    ? `if(mapContains(${key.of}, ${name}), ${exactly}, ${key.of}[${oddKeySql(key, bound)}])`
    : exactly;
}

/** The first key that becomes this label; empty when there is none. A key that is empty is no label. */
const oddKeySql = ({ of, name }: AttributeKey, bound: BoundValues) =>
  `arrayFirst(key -> match(key, ${bound.bind('String', keyPattern(name))}), mapKeys(${of}))`;

/** Matches no text. */
const NOTHING = '[^\\x{0}-\\x{10ffff}]';

/**
 * Keys whose odd characters become underscores, and one before a digit at the begin, give this name; see
 * record/stream.ts. Nine times as fast as making the name of each key.
 */
function keyPattern(name: string): string {
  // No label begins with a digit.
  if (/^[0-9]/.test(name)) return NOTHING;
  const first = /^_[0-9]/.test(name) ? '[^a-zA-Z0-9]?' : '';
  const rest = first ? name.slice(1) : name;
  return `^${first}${rest.replaceAll(/[^a-zA-Z0-9]/gu, (odd) => (odd === '_' ? '[^a-zA-Z0-9]' : `\\x{${odd.codePointAt(0)!.toString(16)}}`))}$`;
}
