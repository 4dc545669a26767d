/** One's own star at an issue. */
import { Star } from 'lucide-react';
import type { IssueListItem } from '#contract/issues.ts';
import { IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { useTeamwork } from './use-teamwork.ts';

interface BookmarkButtonProps {
  issue: Pick<IssueListItem, 'id' | 'shortId' | 'bookmarked'>;
  className?: string;
}

export function BookmarkButton({ issue, className }: BookmarkButtonProps) {
  const { bookmark } = useTeamwork();
  return (
    <IconButton
      label={issue.bookmarked ? `Take the bookmark of ${issue.shortId} away` : `Bookmark ${issue.shortId}`}
      aria-pressed={issue.bookmarked}
      onClick={() => bookmark({ id: issue.id, on: !issue.bookmarked })}
      className={className}
    >
      <Star aria-hidden className={cx(issue.bookmarked && 'fill-current text-warn')} />
    </IconButton>
  );
}
