/** Why its events are one issue, by the example of an occurrence, and what can be made of it: merged, split, kept apart. */
import type { IssueDetail } from '#contract/issues.ts';
import { MergeTab } from '#web/issues/merge/merge-tab.tsx';
import { usePlaceInSight } from '#web/ui/use-place-in-sight.ts';
import { EventTab } from './event-tab.tsx';

export function GroupingTab({ issue, eventId }: { issue: IssueDetail; eventId: string }) {
  const merge = usePlaceInSight<HTMLDivElement>('merge', true);
  return (
    <div className="grid items-start gap-x-6 gap-y-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]">
      <div className="min-w-0">
        <h2 className="mb-3 text-base font-semibold">Why grouped</h2>
        <EventTab issueId={issue.id} eventId={eventId} newestId={issue.lastEventId} tab="grouping" />
      </div>
      <div ref={merge} id="merge" className="min-w-0 scroll-mt-24">
        <h2 className="mb-3 text-base font-semibold">Merge and split</h2>
        <MergeTab issue={issue} />
      </div>
    </div>
  );
}
