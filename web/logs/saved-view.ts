/** The page of logs as a saved query keeps it, and back. */
import type { SavedQuery, SavedQueryView } from '#contract/saved-queries.ts';
import { type LogsSearch, readLogsSearch } from './logs-search.ts';

/** What is asked and how it is shown; not the project, which is beside it, nor an open line or the wish to follow. */
export function viewOf({ project, record, live, ...view }: LogsSearch): SavedQueryView {
  return view;
}

/** A query of all projects stays where one is. */
export const searchOf = ({ view, project }: SavedQuery, here: LogsSearch): LogsSearch =>
  readLogsSearch({ ...view, project: project ?? here.project });

const ORDER: readonly (keyof SavedQueryView)[] = [
  'query',
  'period',
  'from',
  'to',
  'columns',
  'facets',
  'view',
  'sort',
  'measure',
  'field',
  'by',
  'draw',
  'against',
];
/** Whether the page shows this very query. */
export const isShown = (saved: SavedQuery, here: LogsSearch) => {
  const [kept, shown] = [viewOf(searchOf(saved, here)), viewOf(here)];
  return (
    (saved.project === null || saved.project === here.project) &&
    ORDER.every((key) => kept[key] === shown[key])
  );
};
