/** Every key there is for what one may do. */
import { useSession } from '#web/session.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { Kbd } from '#web/ui/kbd.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SHORTCUTS } from './shortcut-list.ts';

export function Help({ onClose }: { onClose: () => void }) {
  const held = useSession()?.scopes ?? [];
  return (
    <Dialog open onClose={onClose} title="Keyboard shortcuts" className="max-w-2xl">
      <ScrollArea
        label="Keyboard shortcuts"
        className="-mx-5 -mb-5 grid max-h-[calc(80vh-5rem)] gap-x-10 gap-y-5 overflow-y-auto px-5 pt-1 pb-5 sm:grid-cols-2"
      >
        {SHORTCUTS.map((group) => (
          <section key={group.title}>
            <h3 className="mb-1.5 text-xs font-semibold text-ink-faint">{group.title}</h3>
            <dl className="flex flex-col gap-1">
              {group.keys
                .filter(([, , needs]) => needs === undefined || held.includes(needs))
                .map(([keys, what]) => (
                  <div key={keys} className="flex items-center justify-between gap-4 text-sm">
                    <dt>{what}</dt>
                    <dd className="flex gap-1">
                      {keys.split(' ').map((key) => (
                        <Kbd key={key}>{key}</Kbd>
                      ))}
                    </dd>
                  </div>
                ))}
            </dl>
          </section>
        ))}
      </ScrollArea>
    </Dialog>
  );
}
