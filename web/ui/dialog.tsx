/**
 * A window over the page, from Radix for focus, escape and screen readers. The backdrop is a plain element and
 * the page is held still by styles.css: Radix' own overlay writes a style element, which our policy forbids.
 */
import { X } from 'lucide-react';
import { Dialog as Radix } from 'radix-ui';
import type { ReactNode } from 'react';
import { IconButton } from './button.tsx';
import { cx } from './cx.ts';

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  description?: ReactNode;
  children?: ReactNode;
  /** The title is spoken but not shown, as for a palette. */
  bare?: boolean;
  className?: string;
}

export function Dialog({ open, onClose, title, description, children, bare, className }: DialogProps) {
  return (
    <Radix.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Radix.Portal>
        <div data-dialog-open aria-hidden className="fixed inset-0 z-40 bg-black/45" />
        <Radix.Content
          {...(description ? {} : { 'aria-describedby': undefined })}
          className={cx(
            'fixed top-[12vh] left-1/2 z-40 flex max-h-[80vh] w-[calc(100vw-1.5rem)] max-w-lg -translate-x-1/2 flex-col rounded-xl border border-line-strong bg-raised shadow-float outline-none',
            className,
          )}
        >
          <header className={bare ? 'sr-only' : 'flex items-start gap-3 px-5 pt-4'}>
            <div className="min-w-0 flex-1">
              <Radix.Title className="text-[1rem] font-semibold">{title}</Radix.Title>
              {description && (
                <Radix.Description asChild>
                  <div className="mt-1 text-sm text-ink-soft">{description}</div>
                </Radix.Description>
              )}
            </div>
            {!bare && (
              <IconButton label="Close" onClick={onClose} className="-mr-2">
                <X aria-hidden />
              </IconButton>
            )}
          </header>
          <div
            className={
              bare ? 'flex min-h-0 flex-1 flex-col' : 'min-h-0 flex-1 overflow-y-auto px-5 pt-3 pb-5'
            }
          >
            {children}
          </div>
        </Radix.Content>
      </Radix.Portal>
    </Radix.Root>
  );
}
