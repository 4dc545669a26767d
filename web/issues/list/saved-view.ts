/** The list of issues as a saved search keeps it, and back. */
import type { SavedQuery, SavedQueryView } from '#contract/saved-queries.ts';
import { type ListSearch, readListSearch } from './list-search.ts';

/** What is asked, in which order and of which time; not the project, which is beside it. */
export function viewOf({ project: _, ...view }: ListSearch): SavedQueryView {
  return view;
}

/** A search of all projects stays where one is. */
export const searchOf = ({ view, project }: SavedQuery, here: ListSearch): ListSearch =>
  readListSearch({ ...view, project: project ?? here.project });

const KEYS = ['project', 'query', 'sort', 'period'] as const;

/** Whether the list shows this very search. */
export function isShown(saved: SavedQuery, here: ListSearch): boolean {
  const kept = searchOf(saved, here);
  return KEYS.every((key) => kept[key] === here[key]);
}
