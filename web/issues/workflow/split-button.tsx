/** A button with what it mostly does, and beside it the list of its other ways. */
import { ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { buttonClass } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Menu } from '#web/ui/menu.tsx';

interface SplitButtonProps {
  look?: 'primary' | 'secondary';
  size?: 'small' | 'medium';
  title?: string;
  onPress: () => void;
  /** What the button shows. */
  face: ReactNode;
  /** What the list is about, for who does not see it. */
  listLabel: string;
  children: ReactNode;
}

export function SplitButton({
  look = 'secondary',
  size = 'medium',
  title,
  onPress,
  face,
  listLabel,
  children,
}: SplitButtonProps) {
  return (
    <span className="inline-flex shrink-0">
      <button
        type="button"
        title={title}
        onClick={onPress}
        className={buttonClass(look, size, 'rounded-r-none')}
      >
        {face}
      </button>
      <Menu
        align="end"
        trigger={
          <button
            type="button"
            aria-label={listLabel}
            title={listLabel}
            className={buttonClass(
              look,
              size,
              cx(
                'rounded-l-none px-1.5 pointer-coarse:px-2.5',
                look === 'primary' ? 'border-l border-accent-ink/30' : 'border-l-0',
              ),
            )}
          >
            <ChevronDown aria-hidden className="size-3.5!" />
          </button>
        }
      >
        {children}
      </Menu>
    </span>
  );
}
