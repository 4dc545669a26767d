/**
 * Label filters over the labels of a line. A label that is not there is empty for a matcher and never passes a
 * comparison; one that cannot be compared marks the line with an error and lets it pass.
 */
import type { Comparison, LabelFilter, Matcher } from './ast.ts';
import { matchAddresses } from './ip.ts';
import type { LineLabels } from './line-labels.ts';
import { compileRegex } from './re2.ts';
import { readBytes, readGoDuration, readNumber } from './units.ts';

export type LabelTest = (labels: LineLabels) => boolean;

export function compileMatcher({
  operator,
  value,
}: Pick<Matcher, 'operator' | 'value'>): (text: string) => boolean {
  switch (operator) {
    case '=':
      return (text) => text === value;
    case '!=':
      return (text) => text !== value;
    case '=~': {
      const regex = compileRegex(value, { whole: true, dotAll: true });
      return (text) => regex.test(text);
    }
    case '!~': {
      const regex = compileRegex(value, { whole: true, dotAll: true });
      return (text) => !regex.test(text);
    }
  }
}

const COMPARE: Readonly<Record<Comparison, (a: number, b: number) => boolean>> = {
  '==': (a, b) => a === b,
  '!=': (a, b) => a !== b,
  '>': (a, b) => a > b,
  '>=': (a, b) => a >= b,
  '<': (a, b) => a < b,
  '<=': (a, b) => a <= b,
};

const READERS: Readonly<Record<'number' | 'duration' | 'bytes', (text: string) => number | undefined>> = {
  number: readNumber,
  duration: (text) => orUndefined(readGoDuration(text)),
  bytes: (text) => orUndefined(readBytes(text)),
};
const orUndefined = (value: number) => (Number.isNaN(value) ? undefined : value);

export function compileLabelFilter(filter: LabelFilter): LabelTest {
  switch (filter.is) {
    case 'matcher': {
      const { name } = filter.matcher;
      const matches = compileMatcher(filter.matcher);
      return (labels) => matches(labels.get(name) ?? '');
    }
    case 'ip': {
      const addresses = matchAddresses(filter.range);
      return (labels) => {
        if (labels.error) return true;
        const value = labels.get(filter.name);
        return value !== undefined && addresses.isOne(value) !== filter.negated;
      };
    }
    case 'and':
    case 'or': {
      const [left, right] = [compileLabelFilter(filter.left), compileLabelFilter(filter.right)];
      if (filter.is === 'or') return (labels) => left(labels) || right(labels);
      return (labels) => {
        // Both are looked at: the second may mark an error.
        const passesLeft = left(labels);
        return right(labels) && passesLeft;
      };
    }
    default: {
      const { name, operator, value, is } = filter;
      return (labels) => {
        if (labels.error) return true;
        const text = labels.get(name);
        if (text === undefined) return false;
        const found = READERS[is](text);
        if (found === undefined) {
          labels.fail('LabelFilterErr', `cannot read "${text.slice(0, 100)}" as a ${is}`);
          return true;
        }
        return COMPARE[operator](found, value);
      };
    }
  }
}
