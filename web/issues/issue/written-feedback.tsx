/** What users wrote about an issue, the newest first: few before all, so that the users themselves stay in sight. */
import { useState } from 'react';
import type { IssueDetail } from '#contract/issues.ts';
import { FeedbackList } from '#web/feedback/feedback-list.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { usePlaceInSight } from '#web/ui/use-place-in-sight.ts';

const SHOWN_AT_FIRST = 3;

export function WrittenFeedback({ issue }: { issue: IssueDetail }) {
  const [all, setAll] = useState(issue.feedback.length <= SHOWN_AT_FIRST);
  const place = usePlaceInSight<HTMLDivElement>('feedback', true);
  return (
    <div ref={place} id="feedback" className="scroll-mt-24">
      <Card title="What users wrote" flush>
        <FeedbackList search={{}} issue={issue.id} empty={null} {...(!all && { max: SHOWN_AT_FIRST })} />
        {!all && (
          <Button className="m-3" onClick={() => setAll(true)}>
            All that was written
          </Button>
        )}
      </Card>
    </div>
  );
}
