/** Groups with their figures, the largest first; a click on one keeps only its lines. */
import type { CSSProperties } from 'react';
import type { LogAggregate } from '#contract/logs.ts';
import { cx } from '#web/ui/cx.ts';
import { keyed } from '#web/ui/keyed.ts';
import { fullNumber } from '#web/ui/number.ts';
import type { ShownGroup } from './groups.ts';

interface GroupListProps {
  groups: readonly ShownGroup[];
  all: LogAggregate['all'];
  by: readonly string[];
  short: (value: number) => string;
  exact: (value: number) => string;
  onTerms: (terms: readonly string[]) => void;
}

const NUMBER = 'py-1 pl-3 text-right whitespace-nowrap tabular-nums';

export function GroupList({ groups, all, by, short, exact, onTerms }: GroupListProps) {
  const largest = Math.max(0, ...groups.map(({ value }) => value ?? 0));
  const partly = groups.some(({ records, measured }) => measured < records);
  if (by.length === 0) return null;
  return (
    <table className="w-full table-fixed text-sm">
      <thead className="text-left text-xs text-ink-faint">
        <tr>
          <th scope="col" className="py-1 font-medium">
            {by.join(' · ')}
          </th>
          <th scope="col" className={cx(NUMBER, 'w-28 font-medium')}>
            Figure
          </th>
          <th scope="col" className={cx(NUMBER, 'w-24 font-medium')}>
            Lines
          </th>
          {partly && (
            <th scope="col" className={cx(NUMBER, 'hidden w-32 font-medium md:table-cell')}>
              With the field
            </th>
          )}
        </tr>
      </thead>
      <tbody>
        {keyed(groups, ({ name }) => name).map(({ key, item: group }) => (
          <tr key={key} className="border-t border-line hover:bg-hover">
            <th scope="row" className="p-0 text-left font-normal">
              <button
                type="button"
                disabled={group.terms === null}
                title={group.terms === null ? group.name : `Only ${group.terms.join(' ')}`}
                onClick={() => group.terms !== null && onTerms(group.terms)}
                style={
                  {
                    '--share': `${largest > 0 ? Math.max(0, ((group.value ?? 0) / largest) * 100) : 0}%`,
                  } as CSSProperties
                }
                className="relative flex min-h-7 w-full min-w-0 items-center gap-1.5 px-1.5 text-left before:absolute before:inset-y-0.5 before:left-0 before:w-[var(--share)] before:rounded-sm before:bg-ink/6 enabled:hover:underline pointer-coarse:min-h-10"
              >
                <span aria-hidden className={cx('relative size-2 shrink-0 rounded-sm', group.dot)} />
                <bdi className={cx('relative min-w-0 truncate', group.dashed && 'text-ink-soft italic')}>
                  {group.name}
                </bdi>
              </button>
            </th>
            <td
              className={cx(NUMBER, 'font-medium')}
              title={group.value === null ? undefined : exact(group.value)}
            >
              {group.value === null ? '–' : short(group.value)}
            </td>
            <td className={NUMBER}>{fullNumber(group.records)}</td>
            {partly && <td className={cx(NUMBER, 'hidden md:table-cell')}>{fullNumber(group.measured)}</td>}
          </tr>
        ))}
      </tbody>
      <tfoot className="border-t border-line-strong">
        <tr>
          <th scope="row" className="px-1.5 py-1 text-left font-medium">
            All
          </th>
          <td className={cx(NUMBER, 'font-medium')} title={all.value === null ? undefined : exact(all.value)}>
            {all.value === null ? '–' : short(all.value)}
          </td>
          <td className={NUMBER}>{fullNumber(all.records)}</td>
          {partly && <td className={cx(NUMBER, 'hidden md:table-cell')}>{fullNumber(all.measured)}</td>}
        </tr>
      </tfoot>
    </table>
  );
}
