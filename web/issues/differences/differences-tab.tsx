/**
 * What was different when the issue happened: what its occurrences have more often than healthy traffic, each with its
 * counts and how sure it is, and what was compared. Time, environment and yardstick stand in the address.
 */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { DifferencesAgainst, IssueDifferences } from '#contract/differences.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { DifferenceRow, LeadingRow, type Place } from './difference-rows.tsx';
import { basisTexts, notToldText } from './difference-words.ts';

const PERIODS = [
  { value: '1h', label: '1 h', ms: 3_600_000 },
  { value: '24h', label: '24 h', ms: 86_400_000 },
  { value: '7d', label: '7 d', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 d', ms: 30 * 86_400_000 },
  { value: '90d', label: '90 d', ms: 90 * 86_400_000 },
] as const;
type Period = (typeof PERIODS)[number]['value'];
const AGAINST: { value: DifferencesAgainst; label: string }[] = [
  { value: 'service', label: 'Same service' },
  { value: 'transaction', label: 'Same transaction' },
  { value: 'project', label: 'Everything' },
];

const route = getRouteApi('/shell/issues/$issueId/{-$tab}');

/** The shortest time that has its last occurrence, but a day. */
function usualPeriod(lastSeen: string): Period {
  const age = Date.now() - Date.parse(lastSeen);
  return PERIODS.find(({ value, ms }) => value !== '1h' && age < ms)?.value ?? '90d';
}

export function DifferencesTab({ issue }: { issue: IssueDetail }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const period = PERIODS.find(({ value }) => value === search.period)?.value ?? usualPeriod(issue.lastSeen);
  const against = AGAINST.find(({ value }) => value === search.against)?.value ?? 'service';
  const environment = search.environment ?? '';
  const { data, error, refetch, isPlaceholderData } = useQuery({
    queryKey: ['issue', issue.id, 'differences', period, against, environment],
    queryFn: ({ signal }) => api.issueDifferences(issue.id, { period, against, environment }, signal),
    staleTime: 60_000,
    placeholderData: (before) => before,
  });
  const change = (changed: { period?: Period; against?: DifferencesAgainst; environment?: string }) =>
    navigate({
      to: '/issues/$issueId/{-$tab}',
      params: { issueId: issue.id, tab: 'different' },
      search: (old) => ({ ...old, ...changed }),
      resetScroll: false,
      replace: true,
    });
  const environments = [...new Set([...(data?.environments ?? []), environment])].filter(Boolean);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap gap-2">
        <Segmented
          size="small"
          label="Period"
          value={period}
          onChange={(value) => change({ period: value })}
          choices={PERIODS}
        />
        <Segmented
          size="small"
          label="Compared with healthy traffic of"
          value={against}
          onChange={(value) => change({ against: value })}
          choices={AGAINST}
        />
        {environments.length > 0 && (
          <select
            aria-label="Environment"
            value={environment}
            onChange={({ target }) => change({ environment: target.value || undefined })}
            className="h-7 max-w-48 rounded-md border border-control-line bg-surface px-2 text-xs pointer-coarse:h-10"
          >
            <option value="">All environments</option>
            {environments.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
        )}
      </div>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="What was different could not be loaded" />
      ) : !data ? (
        <div role="status" aria-label="Comparing">
          <p className="mb-3 text-sm text-ink-soft">Comparing its occurrences with healthy traffic …</p>
          <SkeletonLines lines={10} />
        </div>
      ) : (
        <div className={isPlaceholderData ? 'flex flex-col gap-4 opacity-60' : 'flex flex-col gap-4'}>
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
      {lines.length > 0 && (
        <Card title="Log lines" note="more often where it happens, the surest first" flush>
          <ul>
            {lines.map((one) => (
              <DifferenceRow key={one.value} difference={one} place={place} />
            ))}
          </ul>
        </Card>
      )}
      {values.length > 0 && (
        <Card title="Releases, hosts, tags and fields" note="the surest first" flush>
          <ul>
            {values.map((one) => (
              <DifferenceRow key={`${one.source}:${one.key}:${one.value}`} difference={one} place={place} />
            ))}
          </ul>
        </Card>
      )}
      {found.leading.length > 0 && (
        <Card title="In the seconds before" note="lines of the whole project, whatever their trace" flush>
          <ul>
            {found.leading.map((one) => (
              <LeadingRow key={one.pattern} leading={one} place={place} />
            ))}
          </ul>
        </Card>
      )}
      {found.more > 0 && (
        <p className="text-sm text-ink-soft">
          And {counted(found.more, 'difference')} more, less sure than these.
        </p>
      )}
      <Card title="What was compared">
        <ul className="flex list-disc flex-col gap-1 pl-4 text-sm text-ink-soft">
          {basisTexts(found).map((text) => (
            <li key={text} className="[overflow-wrap:anywhere]">
              {text}
            </li>
          ))}
          {found.notTold.map((one) => (
            <li key={`${one.what}:${one.why}`} className="text-warn">
              {notToldText(one)}
            </li>
          ))}
        </ul>
      </Card>
    </>
  );
}
