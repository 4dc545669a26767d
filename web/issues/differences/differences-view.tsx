/**
 * What was different when the issue happened: what its occurrences have more often than healthy traffic, as a list to
 * look over; each row opens to its counts and how sure it is. Below stands what was compared.
 */
import { type ReactNode, useState } from 'react';
import type { IssueDifferences } from '#contract/differences.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { DifferenceRow, LeadingRow, type Place } from './difference-rows.tsx';
import { basisTexts, notToldText } from './difference-words.ts';
import { AGAINST, type DifferencesChoice, useDifferences } from './use-differences.ts';

interface DifferencesViewProps {
  issue: IssueDetail;
  choice: DifferencesChoice;
  change(changed: Partial<DifferencesChoice>): void;
}

export function DifferencesView({ issue, choice, change }: DifferencesViewProps) {
  const { data, error, refetch, isPlaceholderData } = useDifferences(issue.id, choice);
  const environments = [...new Set([...(data?.environments ?? []), choice.environment])].filter(Boolean);
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2">
        <h2 className="mr-auto text-sm font-semibold">More often than in healthy traffic</h2>
        {environments.length > 0 && (
          <select
            aria-label="Environment"
            value={choice.environment}
            onChange={({ target }) => change({ environment: target.value || undefined })}
            className="h-7 max-w-40 rounded-md border border-control-line bg-surface px-2 text-xs pointer-coarse:h-10"
          >
            <option value="">All environments</option>
            {environments.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
        <Segmented
          size="small"
          label="Compared with healthy traffic of"
          value={choice.against}
          onChange={(against) => change({ against })}
          choices={AGAINST}
        />
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="What was different could not be loaded" />
      ) : !data ? (
        <Card>
          <div role="status" aria-label="Comparing">
            <p className="mb-3 text-sm text-ink-soft">Comparing its occurrences with healthy traffic …</p>
            <SkeletonLines lines={10} />
          </div>
        </Card>
      ) : (
        <div
          className={cx('flex flex-col gap-3 transition-opacity', isPlaceholderData && 'opacity-60')}
          aria-busy={isPlaceholderData}
        >
          <Found found={data} issue={issue} />
        </div>
      )}
    </div>
  );
}

function Found({ found, issue }: { found: IssueDifferences; issue: IssueDetail }) {
  const place: Place = { issueId: issue.id, project: issue.project.slug, found };
  const lines = found.differences.filter(({ key, source }) => source === 'logs' && key === 'pattern');
  const values = found.differences.filter((one) => !lines.includes(one));
  const isNothing = found.differences.length === 0 && found.leading.length === 0;
  return (
    <>
      {isNothing && (
        <Card title="Nothing that can be told">
          <p className="text-sm text-ink-soft">
            {found.tested === 0
              ? 'There was nothing to compare; below is why.'
              : 'Its occurrences are as the healthy traffic, or too few for a difference to be more than chance.'}
          </p>
        </Card>
      )}
      <Rows
        title="Releases, hosts, tags and fields"
        rows={values.map((one) => (
          <DifferenceRow key={`${one.source}:${one.key}:${one.value}`} difference={one} place={place} />
        ))}
      />
      <Rows
        title="Log lines"
        rows={lines.map((one) => <DifferenceRow key={one.value} difference={one} place={place} />)}
      />
      <Rows
        title="Lines in the seconds before"
        note="of the whole project, whatever their trace"
        rows={found.leading.map((one) => <LeadingRow key={one.pattern} leading={one} place={place} />)}
      />
      {found.more > 0 && (
        <p className="text-sm text-ink-soft">
          And {counted(found.more, 'difference')} more, less sure than these.
        </p>
      )}
      {found.notTold.map((one) => (
        <p key={`${one.what}:${one.why}`} className="text-xs [overflow-wrap:anywhere] text-warn">
          {notToldText(one)}
        </p>
      ))}
      <details className="text-xs text-ink-soft">
        <summary className="w-fit cursor-pointer py-1 text-accent hover:underline">
          What was compared, and how sure it is
        </summary>
        <ul className="mt-1 flex list-disc flex-col gap-1 pl-4">
          {basisTexts(found).map((text) => (
            <li key={text} className="[overflow-wrap:anywhere]">
              {text}
            </li>
          ))}
        </ul>
      </details>
    </>
  );
}

/** The surest are what one came for; twenty of each would hide the other kinds. */
const ROWS_AT_FIRST = 6;

function Rows({ title, note, rows }: { title: string; note?: string; rows: readonly ReactNode[] }) {
  const [all, setAll] = useState(false);
  if (rows.length === 0) return null;
  const rest = rows.length - ROWS_AT_FIRST;
  return (
    <Card title={title} note={note ?? 'the surest first'} flush>
      <ul>{all ? rows : rows.slice(0, ROWS_AT_FIRST)}</ul>
      {rest > 0 && !all && (
        <div className="border-t border-line px-4 py-2">
          <Button size="small" onClick={() => setAll(true)}>
            {rest} more
          </Button>
        </div>
      )}
    </Card>
  );
}
