/** How much an issue matters: as a mark in lists, and as a list to choose from. */
import type { IssueUpdate } from '#contract/issues.ts';
import type { IssuePriority } from '#contract/workflow.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Menu, MenuChoices, MenuNote } from '#web/ui/menu.tsx';

const BARS: Record<IssuePriority, number> = { low: 1, medium: 2, high: 3 };
const LABELS: Record<IssuePriority, string> = { low: 'Low', medium: 'Medium', high: 'High' };
const CHOICES = [
  { value: 'high', label: 'High', note: 'p h' },
  { value: 'medium', label: 'Medium', note: 'p m' },
  { value: 'low', label: 'Low', note: 'p l' },
] as const;

/** Three bars, as many of them filled; the word for those who do not see them. */
export function PriorityMark({ priority, className }: { priority: IssuePriority; className?: string }) {
  const label = `Priority ${priority}`;
  return (
    <svg role="img" aria-label={label} viewBox="0 0 12 12" className={cx('size-3 shrink-0', className)}>
      <title>{label}</title>
      {[0, 1, 2].map((bar) => (
        <rect
          key={bar}
          x={bar * 4.25}
          y={8 - bar * 4}
          width={3}
          height={4 + bar * 4}
          rx={0.75}
          className={cx(
            bar < BARS[priority]
              ? priority === 'high'
                ? 'fill-danger'
                : 'fill-ink-soft'
              : 'fill-line-strong',
          )}
        />
      ))}
    </svg>
  );
}

export function PriorityMenu({
  priority,
  size,
  onChange,
}: {
  /** Null: of several issues. */
  priority: IssuePriority | null;
  size?: 'small' | 'medium';
  onChange: (change: IssueUpdate) => void;
}) {
  return (
    <Menu
      align="end"
      trigger={
        <button
          type="button"
          aria-label={priority ? `Priority: ${LABELS[priority]}` : 'Priority'}
          title="How much it matters"
          className={buttonClass('secondary', size)}
        >
          <PriorityMark priority={priority ?? 'medium'} />
          <span className={priority ? 'max-sm:sr-only' : undefined}>
            {priority ? LABELS[priority] : 'Priority'}
          </span>
        </button>
      }
    >
      <MenuNote>Computed from the first events, until somebody chooses.</MenuNote>
      <MenuChoices
        value={priority ?? ''}
        choices={CHOICES}
        onChange={(next) => onChange({ priority: next as IssuePriority })}
      />
    </Menu>
  );
}
