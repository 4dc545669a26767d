/** The keys that change issues, alike in the list and on the page of one. */
import type { IssueUpdate } from '#contract/issues.ts';
import type { Shortcuts } from '#web/ui/shortcuts.ts';
import { ARCHIVE } from './archive-button.tsx';

export const changeKeys = (change: (change: IssueUpdate) => void): Shortcuts => ({
  e: () => change({ status: 'resolved' }),
  'shift-e': () => change({ status: 'resolved', resolve: { in: 'nextRelease' } }),
  a: () => change(ARCHIVE),
  'shift-a': () => change({ status: 'archived', archive: { until: 'forever' } }),
  u: () => change({ status: 'unresolved' }),
  'p h': () => change({ priority: 'high' }),
  'p m': () => change({ priority: 'medium' }),
  'p l': () => change({ priority: 'low' }),
});
