/** What was different, as the page of an issue asks for it. Time, environment and yardstick stand in the address. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { DifferencesAgainst } from '#contract/differences.ts';
import type { IssueDetail } from '#contract/issues.ts';
import { api } from '#web/client.ts';

export const PERIODS = [
  { value: '1h', label: '1 h', words: 'hour', ms: 3_600_000 },
  { value: '24h', label: '24 h', words: '24 hours', ms: 86_400_000 },
  { value: '7d', label: '7 d', words: '7 days', ms: 7 * 86_400_000 },
  { value: '30d', label: '30 d', words: '30 days', ms: 30 * 86_400_000 },
  { value: '90d', label: '90 d', words: '90 days', ms: 90 * 86_400_000 },
] as const;
export type TagsPeriod = (typeof PERIODS)[number]['value'];

export const AGAINST: { value: DifferencesAgainst; label: string }[] = [
  { value: 'service', label: 'Same service' },
  { value: 'transaction', label: 'Same transaction' },
  { value: 'project', label: 'Everything' },
];

const route = getRouteApi('/shell/issues/$issueId/{-$tab}');

/** The shortest time that has its last occurrence, but a day. */
function usualPeriod(lastSeen: string): TagsPeriod {
  const age = Date.now() - Date.parse(lastSeen);
  return PERIODS.find(({ value, ms }) => value !== '1h' && age < ms)?.value ?? '90d';
}

export interface DifferencesChoice {
  period: TagsPeriod;
  against: DifferencesAgainst;
  environment: string;
}

export function useDifferencesChoice(issue: IssueDetail) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const choice: DifferencesChoice = {
    period: PERIODS.find(({ value }) => value === search.period)?.value ?? usualPeriod(issue.lastSeen),
    against: AGAINST.find(({ value }) => value === search.against)?.value ?? 'service',
    environment: search.environment ?? '',
  };
  const change = (changed: Partial<DifferencesChoice>) =>
    navigate({
      to: '/issues/$issueId/{-$tab}',
      params: { issueId: issue.id, tab: 'tags' },
      search: (old) => ({ ...old, ...changed }),
      resetScroll: false,
      replace: true,
    });
  return { choice, change };
}

/** Takes seconds where there are millions of lines. */
export const useDifferences = (issueId: string, { period, against, environment }: DifferencesChoice) =>
  useQuery({
    queryKey: ['issue', issueId, 'differences', period, against, environment],
    queryFn: ({ signal }) => api.issueDifferences(issueId, { period, against, environment }, signal),
    staleTime: 60_000,
    placeholderData: keepPreviousData,
  });
