/** Series while a metric query is evaluated: one value, or none, at each point in time. */
import type { Grouping } from './ast.ts';
import { type Labels, labelsOf } from './labels.ts';

export interface Series {
  labels: Labels;
  values: Float64Array;
  /** 1 where there is a value; NaN is one too. */
  present: Uint8Array;
}

export function newSeries(labels: Labels, points: number): Series {
  return { labels, values: new Float64Array(points), present: new Uint8Array(points) };
}

export function setPoint(series: Series, point: number, value: number): void {
  series.values[point] = value;
  series.present[point] = 1;
}

/** Equal labels give equal texts. A label that is empty is none. */
export function labelsKey(labels: Labels): string {
  const names = Object.keys(labels).filter((name) => labels[name] !== '');
  return JSON.stringify(names.sort().map((name) => [name, labels[name]]));
}

/** The labels a group keeps; without a grouping none. */
export function groupLabels(labels: Labels, grouping: Grouping | undefined): Labels {
  if (grouping === undefined) return labelsOf();
  return grouping.without ? without(labels, grouping.labels) : only(labels, grouping.labels);
}

export function only(labels: Labels, names: readonly string[]): Labels {
  return labelsOf(names.flatMap((name) => (labels[name] ? [[name, labels[name]] as const] : [])));
}

export function without(labels: Labels, names: readonly string[]): Labels {
  return labelsOf(Object.entries(labels).filter(([name, value]) => value !== '' && !names.includes(name)));
}

/** Series by their labels, made when first asked for. */
export class SeriesSet {
  readonly #points: number;
  readonly #onNew: (count: number) => void;
  readonly #byKey = new Map<string, Series>();

  /** `onNew` may throw when there are too many. */
  constructor(points: number, onNew: (count: number) => void = () => {}) {
    this.#points = points;
    this.#onNew = onNew;
  }

  of(labels: Labels): Series {
    const key = labelsKey(labels);
    let series = this.#byKey.get(key);
    if (!series) {
      this.#onNew(this.#byKey.size + 1);
      series = newSeries(labels, this.#points);
      this.#byKey.set(key, series);
    }
    return series;
  }

  all(): Series[] {
    return [...this.#byKey.values()];
  }
}
