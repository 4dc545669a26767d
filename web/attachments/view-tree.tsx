/** A view hierarchy as a tree: each view with what it is called and where it lies. */
import { Badge } from '#web/ui/badge.tsx';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { DEPTH_SHOWN_MAX, type ViewRow } from './view-tree.ts';

interface ViewTreeProps {
  system: string;
  rows: readonly ViewRow[];
  cutShort: boolean;
}

/** Of one level, rem. */
const STEP = 1;

export function ViewTree({ system, rows, cutShort }: ViewTreeProps) {
  return (
    <ScrollArea
      label="View hierarchy"
      className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-2"
    >
      {system && <p className="pb-1 text-xs text-ink-faint">{system}</p>}
      <ul className="w-max min-w-full font-mono text-xs leading-5">
        {rows.map(({ key, depth, type, identifier, box, hidden }) => (
          <li
            key={key}
            style={{ paddingInlineStart: `${Math.min(depth, DEPTH_SHOWN_MAX) * STEP}rem` }}
            className="flex items-center gap-2 whitespace-nowrap"
          >
            <span className="sr-only">level {depth + 1}</span>
            <bdi className="font-semibold">{type}</bdi>
            {identifier && <bdi className="text-accent-strong">{identifier}</bdi>}
            {box && <span className="text-ink-faint">{box}</span>}
            {hidden && <Badge>hidden</Badge>}
          </li>
        ))}
      </ul>
      {cutShort && (
        <p className="pt-1 text-xs text-ink-faint">There are more views. Download it for all of them.</p>
      )}
    </ScrollArea>
  );
}
