/** The frames of one exception or thread, libraries folded away until asked for. */
import { ChevronsUpDown } from 'lucide-react';
import { useMemo, useState } from 'react';
import { counted } from '#web/ui/number.ts';
import { type FoldRow, foldFrames, frameToOpen } from './fold-frames.ts';
import { FrameRow } from './frame-row.tsx';
import type { Frame } from './payload.ts';

export interface StackView {
  frames: 'app' | 'all';
  order: 'newest' | 'oldest';
}

interface StackProps extends StackView {
  stack: readonly Frame[];
  platform: string;
  /** Open the frame that says most. */
  openOne: boolean;
}

export function Stack({ stack, platform, openOne, frames, order }: StackProps) {
  const rows = useMemo(() => foldFrames(stack, frames), [stack, frames]);
  const toOpen = openOne ? frameToOpen(rows) : null;
  const ordered = order === 'newest' ? rows : rows.toReversed();
  return (
    <ol className="overflow-hidden rounded-md border border-line">
      {ordered.map((row) =>
        row.kind === 'frame' ? (
          <FrameRow key={row.index} row={row} platform={platform} opened={row.index === toOpen} />
        ) : (
          <Fold key={`fold ${row.rows[0]?.index}`} fold={row} platform={platform} order={order} />
        ),
      )}
    </ol>
  );
}

function Fold({ fold, platform, order }: { fold: FoldRow; platform: string; order: StackView['order'] }) {
  const [open, setOpen] = useState(false);
  if (open)
    return (order === 'newest' ? fold.rows : fold.rows.toReversed()).map((row) => (
      <FrameRow key={row.index} row={row} platform={platform} opened={false} />
    ));
  return (
    <li className="border-b border-line bg-canvas/60 last:border-0">
      <button
        type="button"
        aria-expanded={false}
        onClick={() => setOpen(true)}
        className="flex min-h-8 w-full items-center gap-1.5 py-1 pl-2 text-left text-xs text-ink-faint hover:bg-hover hover:text-ink"
      >
        <ChevronsUpDown aria-hidden className="size-4 shrink-0" />
        <span className="min-w-0 [overflow-wrap:anywhere]">
          {counted(fold.calls, 'frame')} from libraries
          {fold.libraries.length > 0 && <bdi className="text-ink-faint"> · {fold.libraries.join(', ')}</bdi>}
        </span>
      </button>
    </li>
  );
}
