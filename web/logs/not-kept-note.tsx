/** Beside figures: that lines are missing in them which rules did not keep, and the way to the rules. */
import { Link } from '@tanstack/react-router';
import type { LogsNotKept } from '#contract/logs.ts';
import { cx } from '#web/ui/cx.ts';
import { notKeptWords } from './not-kept-words.ts';

interface NotKeptNoteProps {
  notKept: LogsNotKept;
  project: string;
  className?: string;
}

export function NotKeptNote({ notKept, project, className }: NotKeptNoteProps) {
  if (notKept.records === 0) return null;
  return (
    <p className={cx('text-xs text-ink-soft', className)} title="Counted exactly, by the minute">
      {notKeptWords(notKept)}.{' '}
      <Link
        to="/usage/noise"
        search={project ? { project } : {}}
        className="text-accent underline underline-offset-2"
      >
        The rules
      </Link>
    </p>
  );
}
