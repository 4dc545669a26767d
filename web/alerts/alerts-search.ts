/** What the addresses of the Alerts pages say. What is as usual is left out. */
import type { AlertState } from '#contract/alerts.ts';

export const STATE_CHOICES: readonly { value: AlertState | 'all'; label: string }[] = [
  { value: 'all', label: 'All' },
  { value: 'firing', label: 'Firing' },
  { value: 'problem', label: 'Cannot be evaluated' },
  { value: 'pending', label: 'Pending' },
  { value: 'ok', label: 'Quiet' },
  { value: 'off', label: 'Off' },
];
const VIEWS = ['history', 'silences'] as const;
export type AlertsView = (typeof VIEWS)[number];
export const PREVIEW_PERIODS = [
  { value: '24h', label: '24 hours' },
  { value: '7d', label: '7 days' },
  { value: '14d', label: '14 days' },
] as const;
export type PreviewPeriod = (typeof PREVIEW_PERIODS)[number]['value'];
export const USUAL_PREVIEW: PreviewPeriod = '7d';

export interface AlertsSearch {
  project?: string;
  query?: string;
  state?: AlertState;
  view?: AlertsView;
}

const text = (value: unknown) =>
  typeof value === 'string' && value.trim() !== '' ? value.trim() : undefined;

export function readAlertsSearch(search: Record<string, unknown>): AlertsSearch {
  const state = STATE_CHOICES.find(({ value }) => value === search.state)?.value;
  return {
    project: text(search.project),
    query: text(search.query),
    state: state === 'all' ? undefined : state,
    view: VIEWS.find((one) => one === search.view),
  };
}

export interface RuleSearch {
  project?: string;
  period?: PreviewPeriod;
}

export function readRuleSearch(search: Record<string, unknown>): RuleSearch {
  const period = PREVIEW_PERIODS.find(({ value }) => value === search.period)?.value;
  return { project: text(search.project), period: period === USUAL_PREVIEW ? undefined : period };
}

export interface RuleFormSearch {
  project?: string;
  /** JSON: the rule as it is written so far. */
  draft?: string;
}

export const readRuleFormSearch = (search: Record<string, unknown>): RuleFormSearch => ({
  project: text(search.project),
  draft: text(search.draft),
});
