/** The packages that were loaded, with their versions; of a native program its modules, with a version or an id. */
import { useState } from 'react';
import { Card } from '#web/ui/card.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';

export function Modules({ modules }: { modules: readonly [string, string][] }) {
  const [filter, setFilter] = useState('');
  const shown = modules.filter(([name]) => name.toLowerCase().includes(filter.trim().toLowerCase()));
  return (
    <Card id="modules" title="Packages" note={String(modules.length)}>
      <input
        type="search"
        aria-label="Find a package"
        placeholder="Find a package…"
        value={filter}
        onChange={(event) => setFilter(event.target.value)}
        className={`${CONTROL} mb-3 max-w-xs`}
      />
      <ScrollArea label="Packages" className="max-h-72 overflow-y-auto">
        <ul className="grid grid-cols-[repeat(auto-fill,minmax(min(100%,15rem),1fr))] gap-x-6 font-mono text-xs">
          {shown.map(([name, version]) => (
            <li key={name} className="flex justify-between gap-3 py-0.5">
              <bdi className="min-w-0 [overflow-wrap:anywhere]">{name}</bdi>
              <bdi title={version} className="max-w-[55%] shrink-0 truncate text-ink-faint">
                {version}
              </bdi>
            </li>
          ))}
          {shown.length === 0 && <li className="text-ink-faint">No package has this name.</li>}
        </ul>
      </ScrollArea>
    </Card>
  );
}
