/** The ledger by kind of record; a kind opens to say why some of it was not stored, and who sent it. */
import { ChevronRight } from 'lucide-react';
import { Fragment, useState } from 'react';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { byteSize, fullNumber } from '#web/ui/number.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { type KindRow, OUTCOMES } from './ledger.ts';
import { useKeyNames } from './use-key-names.ts';

export function KindTable({ kinds }: { kinds: readonly KindRow[] }) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Card title="By kind" flush>
      <ScrollArea label="Records by kind" className="overflow-x-auto">
        <table className="w-full min-w-[44rem] text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-ink-faint">
              <th scope="col" className="px-4 py-2 text-left font-normal">
                Kind
              </th>
              <th scope="col" className="px-3 py-2 text-right font-normal">
                Sent
              </th>
              {OUTCOMES.map((outcome) => (
                <th key={outcome.id} scope="col" className="px-3 py-2 text-right font-normal">
                  {outcome.label}
                </th>
              ))}
              <th scope="col" className="px-4 py-2 text-right font-normal">
                Size
              </th>
            </tr>
          </thead>
          <tbody>
            {kinds.map((row) => (
              <Fragment key={row.kind}>
                <tr className="border-b border-line last:border-0 hover:bg-hover">
                  <th scope="row" className="py-0 text-left font-medium">
                    <button
                      type="button"
                      aria-expanded={open === row.kind}
                      onClick={() => setOpen(open === row.kind ? null : row.kind)}
                      className="flex w-full items-center gap-1.5 px-4 py-2 text-left"
                    >
                      <ChevronRight
                        aria-hidden
                        className={cx(
                          'size-4 text-ink-faint transition-transform',
                          open === row.kind && 'rotate-90',
                        )}
                      />
                      {row.kind.replaceAll('_', ' ')}
                    </button>
                  </th>
                  <td className="px-3 text-right font-medium">{fullNumber(row.sent)}</td>
                  {OUTCOMES.map((outcome) => (
                    <td
                      key={outcome.id}
                      className={cx('px-3 text-right', row.byOutcome[outcome.id] === 0 && 'text-ink-faint')}
                    >
                      {fullNumber(row.byOutcome[outcome.id])}
                    </td>
                  ))}
                  <td className="px-4 text-right text-ink-soft">{byteSize(row.bytes)}</td>
                </tr>
                {open === row.kind && (
                  <tr className="border-b border-line bg-canvas">
                    <td colSpan={OUTCOMES.length + 3} className="px-4 py-3">
                      <KindDetail row={row} />
                    </td>
                  </tr>
                )}
              </Fragment>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Card>
  );
}

function KindDetail({ row }: { row: KindRow }) {
  const nameOf = useKeyNames();
  return (
    <div className="grid gap-6 text-xs md:grid-cols-[minmax(0,2fr)_minmax(0,1fr)]">
      <section>
        <h3 className="mb-1.5 font-semibold text-ink-soft">Why some was not stored</h3>
        {row.reasons.length === 0 && <p className="text-ink-faint">All of it was stored.</p>}
        <ul className="flex flex-col gap-2">
          {row.reasons.map((each) => (
            <li key={each.outcome + each.reason} className="flex gap-3">
              <span className="w-16 shrink-0 text-right text-sm font-medium">
                {fullNumber(each.quantity)}
              </span>
              <div className="min-w-0">
                <p className="flex items-center gap-1.5">
                  <span
                    aria-hidden
                    className={cx(
                      'size-2 rounded-sm',
                      OUTCOMES.find((outcome) => outcome.id === each.outcome)?.dot,
                    )}
                  />
                  {each.outcome.replace('_', '-')}:{' '}
                  <bdi className="font-mono">{each.reason || 'no reason given'}</bdi>
                </p>
                {each.explanation && <p className="text-ink-faint">{each.explanation}</p>}
                <p className="text-ink-faint">
                  {each.keys
                    .slice(0, 3)
                    .map((share) => `${nameOf(share)} (${fullNumber(share.quantity)})`)
                    .join(' · ')}
                </p>
              </div>
            </li>
          ))}
        </ul>
      </section>
      <section>
        <h3 className="mb-1.5 font-semibold text-ink-soft">Who sent it</h3>
        <ul className="flex flex-col gap-1">
          {row.keys.map((share) => (
            <li key={`${share.projectId} ${share.keyId}`} className="flex justify-between gap-3">
              <span className="min-w-0 truncate">{nameOf(share)}</span>
              <span>{fullNumber(share.quantity)}</span>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}
