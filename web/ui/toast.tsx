/**
 * Short messages at the edge of the page: what was done, and the way back. Ours and not a package's, because
 * those put their styles into the page as text, which the content security policy forbids.
 */
import { X } from 'lucide-react';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { Button, IconButton } from './button.tsx';
import { cx } from './cx.ts';

interface Toast {
  id: number;
  message: string;
  tone?: 'plain' | 'danger';
  action?: { label: string; run: () => void };
}

/** Long enough to read a line and reach "Undo"; it waits while one points at it. */
const SHOWN_MS = 7000;
/** More would cover the page. */
const TOASTS_MAX = 3;

let toasts: readonly Toast[] = [];
let nextId = 1;
const listeners = new Set<() => void>();

function change(next: readonly Toast[]) {
  toasts = next;
  for (const listener of listeners) listener();
}

export function toast(message: Omit<Toast, 'id'>) {
  change([...toasts, { ...message, id: nextId++ }].slice(-TOASTS_MAX));
}

const dismiss = (id: number) => change(toasts.filter((each) => each.id !== id));

/** Stands once in the shell. */
export function Toaster() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => toasts,
  );
  return (
    <section
      aria-label="Messages"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-16 z-50 flex flex-col items-end gap-2 sm:right-5 sm:bottom-5 sm:left-auto"
    >
      {shown.map((each) => (
        <ToastBox key={each.id} toast={each} />
      ))}
    </section>
  );
}

function ToastBox({ toast: { id, message, tone, action } }: { toast: Toast }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismiss(id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, id]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only waits while one reads; there is nothing to press
    <div
      onPointerEnter={() => setHeld(true)}
      onPointerLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={cx(
        'pointer-events-auto flex w-full items-center gap-2 rounded-lg border bg-raised py-1.5 pr-1.5 pl-3.5 text-sm shadow-float sm:w-auto sm:max-w-md',
        'motion-safe:animate-[rise_160ms_ease-out]',
        tone === 'danger' ? 'border-danger' : 'border-line-strong',
      )}
    >
      <span className="min-w-0 flex-1 py-1 [overflow-wrap:anywhere]">{message}</span>
      {action && (
        <Button
          look="quiet-accent"
          size="small"
          onClick={() => {
            dismiss(id);
            action.run();
          }}
        >
          {action.label}
        </Button>
      )}
      <IconButton label="Dismiss" onClick={() => dismiss(id)}>
        <X aria-hidden />
      </IconButton>
    </div>
  );
}
