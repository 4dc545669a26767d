/** The detail of what one chose: beside the rows when there is room, else over them. The page leaves room for it. */
import { X } from 'lucide-react';
import type { KeyboardEvent, ReactNode } from 'react';
import { IconButton } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';

interface SidePanelProps {
  title: string;
  beside: boolean;
  onClose: () => void;
  children: ReactNode;
}

export function SidePanel({ title, beside, onClose, children }: SidePanelProps) {
  if (!beside)
    return (
      <Dialog open onClose={onClose} title={title} className="top-[4vh]! max-h-[92vh]! max-w-2xl!">
        {children}
      </Dialog>
    );
  // In here the arrows scroll; outside they walk the rows.
  const keepArrows = (event: KeyboardEvent) => {
    if (event.key.startsWith('Arrow')) event.stopPropagation();
  };
  return (
    <aside
      aria-label={title}
      onKeyDown={keepArrows}
      className="fixed inset-y-0 right-0 z-10 flex w-[30rem] flex-col border-l border-line bg-surface"
    >
      <header className="flex h-10 shrink-0 items-center border-b border-line pr-2 pl-4">
        <h2 className="text-sm font-semibold">{title}</h2>
        <IconButton label="Close (Esc)" onClick={onClose} className="ml-auto">
          <X aria-hidden />
        </IconButton>
      </header>
      <ScrollArea label={`Detail: ${title}`} className="min-h-0 flex-1 overflow-y-auto p-4">
        {children}
      </ScrollArea>
    </aside>
  );
}
