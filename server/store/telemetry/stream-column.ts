/** The text of a stream (record/stream.ts) as the engine makes it, for records that came without, and takes it apart. */
import {
  escapeStreamText,
  PROMOTED,
  SERVICE_LABELS,
  STREAM_MARKS,
  UNKNOWN_SERVICE,
} from '#server/record/stream.ts';

const { pair, value, escaping } = STREAM_MARKS;

/** Names, marks and patterns of ours only. */
const literal = (text: string) =>
  `'${text.replaceAll(/[^\w.-]/g, (odd) => `\\x${odd.charCodeAt(0).toString(16).padStart(2, '0')}`)}'`;
const ESCAPED = [
  [escaping, `${escaping}0`],
  [pair, `${escaping}1`],
  [value, `${escaping}2`],
].map((texts) => texts.map(literal) as [plain: string, escaped: string]);

const escaped = (sql: string) =>
  ESCAPED.reduce((text, [plain, as]) => `replaceAll(${text}, ${plain}, ${as})`, sql);
const plain = (sql: string) =>
  ESCAPED.reduceRight((text, [plain, as]) => `replaceAll(${text}, ${as}, ${plain})`, sql);

const serviceName = `multiIf(${[
  ...[...SERVICE_LABELS.map((name) => `labels['${name}']`), `resource['service.name']`, 'service'].map(
    (text) => `${text} != '', ${text}`,
  ),
  `'${UNKNOWN_SERVICE}'`,
].join(', ')})`;
const promoted = [...PROMOTED]
  .filter(([name]) => name !== 'service_name')
  .map(([name, key]) => `('${name}', if(labels['${name}'] = '', resource['${key}'], ''))`);

/** For the columns `labels`, `resource` and `service` of a record. */
export const PRINTED_STREAM = `concat(${literal(pair)}, arrayStringConcat(arrayMap(
  label -> concat(${escaped('label.1')}, ${literal(value)}, ${escaped('label.2')}, ${literal(pair)}),
  arraySort(arrayFilter(label -> label.2 != '', arrayConcat(
    arrayFilter(label -> label.1 != 'service_name',
      arrayMap((name, value) -> (toString(name), value), mapKeys(labels), mapValues(labels))),
    [${promoted.join(', ')}],
    [('service_name', ${serviceName})]))))))`;

/** A regular expression whose first group is the value of a label, as it stands in the text; to be bound. */
export function streamLabelPattern(name: string): string {
  const asPattern = escapeStreamText(name).replaceAll(
    /[^\w]/gu,
    (odd) => `\\x{${odd.codePointAt(0)!.toString(16)}}`,
  );
  return `${pair}${asPattern}${value}([^${pair}]*)`;
}

/**
 * The value of a label; empty when there is none. `pattern`: the placeholder of the one above. The engine asks a
 * function once for each of the few texts of such a column, not once for each record.
 */
export const streamLabelSql = (pattern: string) => plain(`extract(stream, ${pattern})`);

/** Names of all its labels. */
export const STREAM_NAMES = `arrayMap(label -> ${plain('label')}, extractAll(stream, ${literal(`${pair}([^${pair}${value}]*)${value}`)}))`;
