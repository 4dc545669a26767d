/**
 * How its occurrences differ: from healthy traffic, with what is over-represented first, and among each other, tag by
 * tag; below whom it hits. The comparison takes seconds at times, so nothing else waits for it.
 */
import type { IssueDetail } from '#contract/issues.ts';
import { DifferencesView } from '#web/issues/differences/differences-view.tsx';
import { PERIODS, useDifferencesChoice } from '#web/issues/differences/use-differences.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { ImpactCards } from './impact-cards.tsx';
import { TagDistributions } from './tag-distributions.tsx';

export function TagsTab({ issue }: { issue: IssueDetail }) {
  const { choice, change } = useDifferencesChoice(issue);
  const { period } = choice;
  const span = PERIODS.find(({ value }) => value === period)!.words;
  return (
    <div className="flex flex-col gap-4">
      <div className="flex">
        <Segmented
          size="small"
          label="Period"
          value={period}
          onChange={(value) => change({ period: value })}
          choices={PERIODS}
        />
      </div>
      <div className="grid items-start gap-x-6 gap-y-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)] xl:grid-rows-[auto_1fr]">
        <DifferencesView issue={issue} choice={choice} change={change} />
        <div className="min-w-0 xl:row-span-2">
          <TagDistributions issueId={issue.id} choice={choice} />
        </div>
        <ImpactCards issue={issue} period={period} span={span} />
      </div>
    </div>
  );
}
