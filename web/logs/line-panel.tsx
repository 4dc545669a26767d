/** Beside the lines: one of them, as high as the window, scrolling by itself. The page leaves room for it. */
import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { IconButton } from '#web/ui/button.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';

export function LinePanel({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  return (
    <aside
      aria-label="Line"
      className="fixed inset-y-0 right-0 z-10 flex w-[30rem] flex-col border-l border-line bg-surface"
    >
      <header className="flex h-10 shrink-0 items-center border-b border-line pr-2 pl-4">
        <h2 className="text-sm font-semibold">Line</h2>
        <IconButton label="Close (Esc)" onClick={onClose} className="ml-auto">
          <X aria-hidden />
        </IconButton>
      </header>
      <ScrollArea label="Detail of the line" className="min-h-0 flex-1 overflow-y-auto p-4">
        {children}
      </ScrollArea>
    </aside>
  );
}
