// biome-ignore-all lint/a11y/useSemanticElements: only the rows in sight are drawn, which a table element cannot do
// biome-ignore-all lint/a11y/useFocusableInteractive: rows are read; the button in the first cell opens one by keyboard
// biome-ignore-all lint/a11y/useKeyWithClickEvents: as above
/** Rows of a result: only those in sight are drawn, the header stays, and a row opens with everything it holds. */
import { Link } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { SqlAnswer, SqlCell, SqlType } from '#contract/sql.ts';
import { cx } from '#web/ui/cx.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { keyed } from '#web/ui/keyed.ts';
import { cellText, columnWidths, isFigure, searchOf, TYPE_WORDS } from './cells.ts';

const ROW_PX = 30;
const HEADER_PX = 34;

export function ResultTable({ answer, project }: { answer: SqlAnswer; project: string | undefined }) {
  const { columns, rows } = answer;
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<number | null>(null);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
    paddingStart: HEADER_PX,
  });
  const template = columnWidths(answer)
    .map((width) => `minmax(${width}ch, ${width}fr)`)
    .join(' ');
  const named = keyed(columns, ({ name }) => name);
  const line = 'grid min-w-full items-center gap-x-3 border-b border-line px-3';
  return (
    <>
      <div
        ref={box}
        role="table"
        aria-label="Result"
        aria-rowcount={rows.length + 1}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
        tabIndex={0}
        className="relative max-h-[70vh] overflow-auto rounded-md border border-line bg-surface text-xs"
      >
        <div role="rowgroup" className="sticky top-0 z-10 w-max min-w-full">
          <div
            role="row"
            aria-rowindex={1}
            className={cx(line, 'bg-sunken font-semibold')}
            style={{ gridTemplateColumns: template, height: HEADER_PX }}
          >
            {named.map(({ key, item: { name, type } }) => (
              <span
                key={key}
                role="columnheader"
                className={cx('truncate', isFigure(type) && 'text-right')}
                title={`${name} (${TYPE_WORDS[type]})`}
              >
                {name} <span className="font-normal text-ink-faint">{TYPE_WORDS[type]}</span>
              </span>
            ))}
          </div>
        </div>
        <div
          role="rowgroup"
          className="relative w-max min-w-full"
          style={{ height: virtual.getTotalSize() - HEADER_PX }}
        >
          {/* Rows are placed one by one; this one, unseen, gives them their width. */}
          <div
            aria-hidden
            className={cx(line, 'invisible h-0 border-0')}
            style={{ gridTemplateColumns: template }}
          />
          {virtual.getVirtualItems().map(({ index, start }) => (
            <div
              key={index}
              role="row"
              aria-rowindex={index + 2}
              className={cx(line, 'absolute inset-x-0 top-0 cursor-pointer hover:bg-hover')}
              style={{
                gridTemplateColumns: template,
                height: ROW_PX,
                transform: `translateY(${start - HEADER_PX}px)`,
              }}
              onClick={() => setOpen(index)}
            >
              {named.map(({ key, item: { type } }, at) => (
                <span
                  key={key}
                  role="cell"
                  className={cx('truncate font-mono', isFigure(type) && 'text-right')}
                >
                  {at === 0 ? (
                    <button
                      type="button"
                      className="max-w-full truncate text-left"
                      aria-label={`${cellText(rows[index]![at] ?? null, type) || 'empty'}: open this row`}
                    >
                      <CellWords cell={rows[index]![at] ?? null} type={type} />
                    </button>
                  ) : (
                    <CellWords cell={rows[index]![at] ?? null} type={type} />
                  )}
                </span>
              ))}
            </div>
          ))}
        </div>
      </div>
      {open !== null && rows[open] && (
        <RowDialog
          answer={answer}
          row={rows[open]}
          at={open}
          project={project}
          onClose={() => setOpen(null)}
        />
      )}
    </>
  );
}

function CellWords({ cell, type }: { cell: SqlCell; type: SqlType }) {
  if (cell === null) return <span className="text-ink-faint italic">null</span>;
  const words = cellText(cell, type);
  // What is longer than a cell is not worth drawing.
  return words === '' ? <span className="text-ink-faint">–</span> : <bdi>{words.slice(0, 300)}</bdi>;
}

function WholeCell({ cell }: { cell: SqlCell }) {
  if (cell === null || cell === '')
    return <span className="text-ink-faint italic">{cell === null ? 'null' : 'empty'}</span>;
  return typeof cell === 'object' ? JSON.stringify(cell, null, 2) : String(cell);
}

function RowDialog({
  answer,
  row,
  at,
  project,
  onClose,
}: {
  answer: SqlAnswer;
  row: SqlCell[];
  at: number;
  project: string | undefined;
  onClose: () => void;
}) {
  return (
    <Dialog open onClose={onClose} title={`Row ${at + 1}`} className="max-w-2xl!">
      <dl className="flex flex-col gap-3 text-sm">
        {keyed(answer.columns, ({ name }) => name).map(({ key, item: { name, type } }, index) => {
          const cell = row[index] ?? null;
          const query = searchOf(name, cell);
          return (
            <div key={key}>
              <dt className="text-xs text-ink-faint">
                {name} <span>({TYPE_WORDS[type]})</span>
              </dt>
              <dd className="font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
                <WholeCell cell={cell} />
                {query && (
                  <Link
                    to="/logs"
                    search={{ project, query, period: '24h' }}
                    className="ml-3 font-sans text-accent underline"
                  >
                    Its lines
                  </Link>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </Dialog>
  );
}
