/** Why this occurrence is in this issue: what was looked at, what counted, and what it came to. */
import { useMemo, useState } from 'react';
import type { EventDetail } from '#contract/events.ts';
import { countedRows, readGrouping, type VariantView } from '#web/issues/event/grouping-tree.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { cx } from '#web/ui/cx.ts';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { keyed } from '#web/ui/keyed.ts';
import { Segmented } from '#web/ui/segmented.tsx';

export function GroupingView({ detail }: { detail: EventDetail }) {
  const { fingerprint, rule, variants } = useMemo(() => readGrouping(detail.grouping), [detail.grouping]);
  const [shown, setShown] = useState<'counted' | 'all'>('counted');
  if (variants.length === 0)
    return (
      <EmptyState title="Nothing is known about the grouping of this event">
        <p>It is too large for its reasons to be kept, or its issue was deleted a moment ago.</p>
      </EmptyState>
    );
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <p className="max-w-prose text-sm text-ink-soft">
          Events belong to one issue when what counts in them is the same. What is marked below was joined and
          hashed; the rest was looked at and left out, for the reason beside it. Shown are the parts of the
          first event with this hash: what counts is the same in all of them, what was left out may differ.
        </p>
        <Segmented
          size="small"
          label="Parts shown"
          value={shown}
          onChange={setShown}
          choices={[
            { value: 'counted', label: 'What counted' },
            { value: 'all', label: 'Everything' },
          ]}
        />
      </div>
      {fingerprint.length > 0 && (
        <Card title="Fingerprint">
          <ul className="flex flex-wrap gap-1.5 font-mono text-xs">
            {fingerprint.map((part) => (
              <li key={part} className="rounded bg-sunken px-1.5 py-0.5 [overflow-wrap:anywhere]">
                <bdi>{part}</bdi>
              </li>
            ))}
          </ul>
          {rule && (
            <p className="mt-2 text-xs text-ink-soft">
              By the rule <bdi className="font-mono [overflow-wrap:anywhere]">{rule}</bdi>
            </p>
          )}
        </Card>
      )}
      {variants.map((variant) => (
        <Variant
          key={variant.key}
          variant={variant}
          deciding={variant.hash === detail.groupingHash}
          all={shown === 'all'}
        />
      ))}
    </div>
  );
}

function Variant({ variant, deciding, all }: { variant: VariantView; deciding: boolean; all: boolean }) {
  const [open, setOpen] = useState(variant.contributes || deciding);
  const rows = all ? variant.rows : countedRows(variant.rows);
  return (
    <Card
      title={variant.title}
      actions={
        <>
          {deciding ? (
            <Badge tone="accent">Decided</Badge>
          ) : (
            <Badge>{variant.contributes ? 'Counted' : 'Left out'}</Badge>
          )}
          {variant.hash && (
            <span className="flex min-w-0 items-center font-mono text-xs text-ink-faint">
              <span className="truncate max-sm:max-w-28">{variant.hash}</span>
              <CopyButton text={variant.hash} what="hash" />
            </span>
          )}
        </>
      }
    >
      {variant.hint && (
        <p className="mb-2 text-xs text-ink-faint">
          <bdi>{variant.hint}</bdi>
        </p>
      )}
      {!open ? (
        <Button size="small" onClick={() => setOpen(true)}>
          Show its parts
        </Button>
      ) : rows.length === 0 ? (
        <p className="text-sm text-ink-faint">
          {variant.contributes
            ? 'Events with this hash belong to the issue as well. Its parts are kept only where it decides.'
            : 'Nothing in it counted.'}
        </p>
      ) : (
        <ul className="flex flex-col text-xs">
          {keyed(rows, (row) => `${row.depth} ${row.name}`).map(({ key, item: row }) => (
            <li
              key={key}
              className={cx(
                'flex flex-wrap items-baseline gap-x-2 border-l border-line py-0.5 leading-5',
                !row.contributes && 'text-ink-faint',
              )}
              style={{ marginLeft: `${Math.min(row.depth, 12) * 0.9}rem`, paddingLeft: '0.6rem' }}
            >
              <span className={cx('shrink-0', row.contributes && 'font-medium')}>{row.name}</span>
              {row.values.map((value) => (
                <bdi
                  key={value}
                  className={cx(
                    'min-w-0 rounded px-1 font-mono text-2xs [overflow-wrap:anywhere]',
                    row.contributes ? 'bg-accent-soft text-accent-strong' : 'bg-sunken',
                  )}
                >
                  {value}
                </bdi>
              ))}
              {row.hint && <bdi className="text-ink-faint italic">{row.hint}</bdi>}
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
