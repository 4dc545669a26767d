/** Names and values, one below the other, both as the sender wrote them. */
import type { ReactNode } from 'react';
import { cx } from './cx.ts';
import { keyed } from './keyed.ts';
import { ValueView } from './value-view.tsx';

interface PairsProps {
  pairs: readonly (readonly [name: string, value: unknown])[];
  /** Draws a value in its own way; undefined leaves it to the usual one. */
  draw?: (name: string, value: unknown) => ReactNode | undefined;
  quoted?: boolean;
  className?: string;
}

export function Pairs({ pairs, draw, quoted, className }: PairsProps) {
  return (
    <dl
      className={cx(
        'grid grid-cols-[fit-content(min(42%,14rem))_minmax(0,1fr)] gap-x-4 font-mono text-xs',
        className,
      )}
    >
      {keyed(pairs, ([name]) => name).map(({ key, item: [name, value] }) => (
        <div key={key} className="col-span-2 grid grid-cols-subgrid border-b border-line py-1 last:border-0">
          <dt className="min-w-0 text-ink-faint [overflow-wrap:anywhere]">
            <bdi>{name}</bdi>
          </dt>
          <dd className="min-w-0">{draw?.(name, value) ?? <ValueView value={value} quoted={quoted} />}</dd>
        </div>
      ))}
    </dl>
  );
}
