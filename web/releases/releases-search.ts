/** What the addresses of the Releases pages say. What is as usual is left out. */
import type { ReleaseListQuery } from '#contract/releases.ts';

export type Period = NonNullable<ReleaseListQuery['period']>;

export const PERIODS: readonly { value: Period; label: string }[] = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '14d', label: '14 days' },
  { value: '30d', label: '30 days' },
  { value: '90d', label: '90 days' },
];

export interface ReleasesSearch {
  project?: string;
  query?: string;
  period?: Period;
}

const text = (value: unknown) =>
  // What a version looks like may have been read as a number.
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;

/** The list looks at a day: what is adopted now. A page of one release looks at two weeks. */
export const LIST_PERIOD: Period = '24h';
export const PAGE_PERIOD: Period = '14d';

const read =
  (usual: Period) =>
  (search: Record<string, unknown>): ReleasesSearch => {
    const project = text(search.project);
    const query = text(search.query)?.trim();
    const period = PERIODS.find(({ value }) => value === search.period)?.value;
    return {
      ...(project ? { project } : {}),
      ...(query ? { query } : {}),
      ...(period && period !== usual ? { period } : {}),
    };
  };

export const readReleasesSearch = read(LIST_PERIOD);
export const readReleaseSearch = read(PAGE_PERIOD);
