/** Groups of an aggregate as the chart and the list show them: a name, a look, and the filter that finds their lines. */
import type { LogAggregate, LogLevel } from '#contract/logs.ts';
import { filterText, withFilter } from '#web/log-filters.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import type { FigureSeries } from '#web/ui/series-chart.tsx';

type Look = Pick<FigureSeries, 'fill' | 'stroke' | 'dot'>;

/** Written out, so that the classes are found: tailwind reads this file. */
const COLOURS: readonly Look[] = [
  { fill: 'fill-series-1', stroke: 'stroke-series-1', dot: 'bg-series-1' },
  { fill: 'fill-series-2', stroke: 'stroke-series-2', dot: 'bg-series-2' },
  { fill: 'fill-series-3', stroke: 'stroke-series-3', dot: 'bg-series-3' },
  { fill: 'fill-series-4', stroke: 'stroke-series-4', dot: 'bg-series-4' },
  { fill: 'fill-series-5', stroke: 'stroke-series-5', dot: 'bg-series-5' },
  { fill: 'fill-series-6', stroke: 'stroke-series-6', dot: 'bg-series-6' },
  { fill: 'fill-series-7', stroke: 'stroke-series-7', dot: 'bg-series-7' },
  { fill: 'fill-series-8', stroke: 'stroke-series-8', dot: 'bg-series-8' },
  { fill: 'fill-series-9', stroke: 'stroke-series-9', dot: 'bg-series-9' },
  { fill: 'fill-series-10', stroke: 'stroke-series-10', dot: 'bg-series-10' },
];
const OTHERS: Look = { fill: 'fill-bar', stroke: 'stroke-bar', dot: 'bg-bar' };

/** As many groups as there are colours to tell them apart. */
export const CHART_GROUPS_MAX = COLOURS.length;

/** Values are cut by the server after so many characters; one of this length may be the start of a longer one. */
const KEY_CHARS_MAX = 200;

export interface ShownGroup extends FigureSeries {
  value: number | null;
  records: number;
  measured: number;
  /** The terms that find its lines; null for the others, and for what a search cannot say. */
  terms: readonly string[] | null;
}

/** The groups in their order, then the others; without groups all lines as one. */
export function shownGroups(
  { all, groups, others, allGroups }: LogAggregate,
  by: readonly string[],
  words: string,
): ShownGroup[] {
  if (by.length === 0) return [{ ...all, name: words, terms: null, ...COLOURS[0]! }];
  const shown: ShownGroup[] = groups.map((group, at) => ({
    ...group,
    name: group.keys.map((key, place) => keyWords(by[place]!, key)).join(' · '),
    terms: termsOf(by, group.keys),
    ...(levelLook(by, group.keys) ?? COLOURS[at % COLOURS.length]!),
  }));
  if (others) {
    const rest = allGroups - groups.length;
    shown.push({
      ...others,
      name: `${rest.toLocaleString('en-US')} other${rest === 1 ? '' : 's'}, together`,
      terms: null,
      dashed: true,
      ...OTHERS,
    });
  }
  return shown;
}

export const keyWords = (field: string, key: string) => (key === '' ? `no ${field}` : revealBidi(key));

/** Null: of at least one of them a search cannot say it. */
function termsOf(by: readonly string[], keys: readonly string[]): string[] | null {
  const terms = by.map((field, at) => termOf(field, keys[at]!));
  return terms.every((term) => term !== null) ? terms : null;
}

export function termOf(field: string, key: string): string | null {
  if ([...key].length >= KEY_CHARS_MAX) return null;
  if (key !== '') return filterText(field, key);
  const has = filterText('x', field);
  return has === null ? null : `!has${has.slice(1)}`;
}

export const withTerms = (query: string, terms: readonly string[]) =>
  terms.reduce((narrowed, term) => withFilter(narrowed, term), query);

function levelLook(by: readonly string[], keys: readonly string[]): Look | null {
  if (by.length !== 1 || by[0] !== 'level') return null;
  const levels = LEVEL_LOOKS[keys[0] as LogLevel];
  return levels
    ? { fill: levels.fill, dot: levels.dot, stroke: levels.fill.replace('fill-', 'stroke-') }
    : null;
}
