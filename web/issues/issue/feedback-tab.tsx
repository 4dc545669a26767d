/** What users wrote about an issue. */
import type { IssueDetail } from '#contract/issues.ts';
import { FeedbackList } from '#web/feedback/feedback-list.tsx';
import { Card } from '#web/ui/card.tsx';

export function FeedbackTab({ issue }: { issue: IssueDetail }) {
  return (
    <Card title="What users wrote" className="max-w-4xl" flush>
      <FeedbackList
        search={{}}
        issue={issue.id}
        empty={
          <p className="px-4 py-3 text-sm text-ink-faint">
            Nobody has written. The feedback widget and the crash dialog of the browser SDK ask people what
            they were doing.
          </p>
        }
      />
    </Card>
  );
}
