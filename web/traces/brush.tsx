/** A picture of time on which one drags to look closer. Keys do the same from the rows, so it is for pointers alone. */
import { type PointerEvent, type ReactNode, useRef, useState } from 'react';
import type { Range } from '#web/durations.ts';
import { cx } from '#web/ui/cx.ts';

/** Less is a click, px. */
const DRAG_PX = 5;

interface BrushProps {
  /** What the width means. */
  range: Range;
  onZoom: (range: Range) => void;
  className?: string;
  children: ReactNode;
}

export function Brush({ range, onZoom, className, children }: BrushProps) {
  const box = useRef<HTMLDivElement>(null);
  const [drag, setDrag] = useState<{ anchor: number; head: number; moved: boolean } | null>(null);

  function shareAt(event: PointerEvent) {
    const { left, width } = box.current!.getBoundingClientRect();
    return Math.min(1, Math.max(0, (event.clientX - left) / width));
  }
  function onDown(event: PointerEvent) {
    const at = shareAt(event);
    if (event.button === 0) setDrag({ anchor: at, head: at, moved: false });
  }
  function onMove(event: PointerEvent) {
    if (!drag) return;
    const head = shareAt(event);
    const moved = drag.moved || Math.abs(head - drag.anchor) * box.current!.clientWidth > DRAG_PX;
    // Only now: a captured pointer would take the click from a mark under it.
    if (moved && !drag.moved) box.current!.setPointerCapture(event.pointerId);
    setDrag({ ...drag, head, moved });
  }
  function onUp() {
    setDrag(null);
    if (!drag?.moved) return;
    const [first, last] = [Math.min(drag.anchor, drag.head), Math.max(drag.anchor, drag.head)];
    const length = range.to - range.from;
    onZoom({ from: range.from + first * length, to: range.from + last * length });
  }

  return (
    <div
      ref={box}
      aria-hidden
      data-brush
      onPointerDown={onDown}
      onPointerMove={onMove}
      onPointerUp={onUp}
      onPointerCancel={() => setDrag(null)}
      className={cx('relative cursor-crosshair touch-pan-y select-none', className)}
    >
      {children}
      {drag?.moved && (
        <div
          className="pointer-events-none absolute inset-y-0 z-10 border-x border-accent bg-accent/20"
          style={{
            left: `${Math.min(drag.anchor, drag.head) * 100}%`,
            width: `${Math.abs(drag.head - drag.anchor) * 100}%`,
          }}
        />
      )}
    </div>
  );
}
