/**
 * What of a search can be asked of records that noise rules counted and did not keep: they are known by pattern, service,
 * level and minute, and by nothing else. What cannot be asked is let through, so the answer is never too low.
 */
import { all, any, EVERYTHING, type PlanFilter, type PlanText } from '#server/query/plan/plan.ts';

export interface CountedFilter {
  /** Holds for every record that the search would find, and perhaps for others. */
  filter: PlanFilter;
  /** It holds for no others: all of the search could be asked. */
  isWhole: boolean;
}

export function countedFilter(filter: PlanFilter): CountedFilter {
  switch (filter.is) {
    case 'all':
    case 'any': {
      const parts = filter.of.map(countedFilter);
      if (filter.is === 'any' && parts.some((part) => part === UNKNOWN)) return UNKNOWN;
      const combine = filter.is === 'all' ? all : any;
      return {
        filter: combine(...parts.map((part) => part.filter)),
        isWhole: parts.every(({ isWhole }) => isWhole),
      };
    }
    case 'not':
      // The opposite of what holds for too many would hold for too few.
      return countedFilter(filter.of).isWhole ? { filter, isWhole: true } : UNKNOWN;
    case 'severity':
    case 'pattern':
      return { filter, isWhole: true };
    case 'equal':
    case 'lower-in':
    case 'contains':
    case 'like':
    case 'compare':
    case 'matches':
      return isCounted(filter.text) ? { filter, isWhole: true } : UNKNOWN;
    case 'has':
    case 'has-field':
    case 'has-moved-label':
      return UNKNOWN;
  }
}

const UNKNOWN: CountedFilter = { filter: EVERYTHING, isWhole: false };

const isCounted = (text: PlanText) =>
  text.is === 'column'
    ? text.column === 'service'
    : text.is === 'pattern' || text.is === 'level' || text.is === 'severity_number';
