/** The line of a page on which the person may only look. Nothing for those who may change what stands there. */
import { Eye } from 'lucide-react';
import type { Scope } from '#contract/people.ts';
import { useSession } from '#web/session.ts';
import { cx } from '#web/ui/cx.ts';

interface ReadOnlyProps {
  /** What changing takes. */
  scope: Scope;
  /** What one cannot do: `change projects`. */
  what: string;
  className?: string;
}

export function ReadOnly({ scope, what, className }: ReadOnlyProps) {
  const session = useSession();
  if (!session || session.scopes.includes(scope)) return null;
  return (
    <p className={cx('flex items-center gap-1.5 text-xs text-ink-soft', className)}>
      <Eye aria-hidden className="size-3.5 shrink-0" />
      As {session.user.role} you may look here. To {what}, ask an administrator for another role.
    </p>
  );
}
