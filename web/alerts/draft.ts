/**
 * A rule that is being written: what is usual, and what other screens begin one with. It stands in the address, so what is
 * read from there may be anything.
 */
import type { AlertCondition, AlertKind, AlertRuleDraft, AlertRuleInput, LogTest } from '#contract/alerts.ts';
import { conditionWords } from './words.ts';

export const USUAL_TESTS: { [Is in LogTest['is']]: Extract<LogTest, { is: Is }> } = {
  above: { is: 'above', threshold: 100, resolve: null },
  below: { is: 'below', threshold: 1, resolve: null },
  change: { is: 'change', direction: 'up', percent: 100, against: 'previous', least: 10 },
  absent: { is: 'absent' },
  newPattern: { is: 'newPattern', least: 1 },
  pattern: { is: 'pattern', times: 5, least: 10 },
  anomaly: { is: 'anomaly', season: 'day', direction: 'either', deviations: 4 },
};

const USUAL: { [Kind in AlertKind]: Extract<AlertCondition, { kind: Kind }> } = {
  issue: {
    ...{ kind: 'issue', when: ['new'], withinMinutes: 1440, counts: [], query: '', environment: '' },
    ...{ firstRelease: '', quietMinutes: 1440 },
  },
  log: {
    kind: 'log',
    source: { dialect: 'search', query: 'level:error', measure: 'count', field: '', by: [] },
    test: USUAL_TESTS.above,
    ...{ windowMinutes: 5, intervalSeconds: 60, groupsMax: 20, forMinutes: 0, clearMinutes: 0 },
  },
  monitor: { kind: 'monitor', monitors: [], states: ['missed', 'timeout', 'error'], environment: '' },
  health: {
    ...{ kind: 'health', of: 'sessions', below: 99, resolve: null, release: 'latest', period: '24h' },
    ...{ least: 50, forMinutes: 0 },
  },
};

export const usualCondition = (kind: AlertKind): AlertCondition => structuredClone(USUAL[kind]);

export function usualRule(kind: AlertKind, projects: readonly string[]): AlertRuleInput {
  return {
    ...{
      name: '',
      projects: [...projects],
      enabled: true,
      priority: 'warning',
      condition: usualCondition(kind),
    },
    ...{ repeatMinutes: 0, schedule: null, channels: [], tellResolved: true, tellProblems: true },
  };
}

/** What an address says; what it leaves out is as usual. */
export function readDraft(text: string | undefined, project: string | undefined): AlertRuleInput {
  const given = parsed(text);
  const condition = isObject(given.condition) ? given.condition : {};
  const kind = (Object.keys(USUAL) as AlertKind[]).find((one) => one === condition.kind) ?? 'issue';
  const usual = usualRule(kind, project ? [project] : []);
  return sameShape(usual, {
    ...given,
    condition: { ...condition, kind, ...(kind === 'log' ? logParts(condition) : {}) },
  });
}

function logParts(condition: Record<string, unknown>): Record<string, unknown> {
  const test = isObject(condition.test) ? condition.test : {};
  const is = (Object.keys(USUAL_TESTS) as LogTest['is'][]).find((one) => one === test.is) ?? 'above';
  return { test: { ...USUAL_TESTS[is], ...test, is } };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text ?? '');
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** A value of another kind than the usual one is not taken; where nothing is usual (null), anything is. */
function sameShape<Shape>(usual: Shape, given: unknown): Shape {
  if (given === undefined) return usual;
  if (usual === null) return given as Shape;
  if (Array.isArray(usual)) return Array.isArray(given) ? (given as Shape) : usual;
  if (!isObject(usual)) return typeof given === typeof usual ? (given as Shape) : usual;
  if (!isObject(given)) return given === null ? (null as Shape) : usual;
  if (given.is !== undefined || given.dialect !== undefined) return { ...usual, ...given } as Shape;
  return Object.fromEntries(
    Object.entries(usual).map(([name, value]) => [name, sameShape(value, given[name])]),
  ) as Shape;
}

/** As it stands in an address. */
export const writeDraft = (draft: Partial<AlertRuleDraft>): string => JSON.stringify(draft);

/** A name for who gives none. */
export const usualName = ({ condition }: Pick<AlertRuleInput, 'condition'>) =>
  conditionWords(condition).slice(0, 200);
