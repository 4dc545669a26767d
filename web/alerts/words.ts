/** Rules in words: what they wait for, and how they stand. */
import type {
  AlertCondition,
  AlertFiring,
  AlertRuleInput,
  AlertState,
  IssueTrigger,
  LogTest,
} from '#contract/alerts.ts';
import type { Tone } from '#web/ui/badge.tsx';

export const STATES: Record<AlertState, { word: string; tone: Tone; says: string }> = {
  firing: { word: 'Firing', tone: 'danger', says: 'What it waits for is so now' },
  problem: { word: 'Cannot be evaluated', tone: 'warn', says: 'It says nothing, whatever happens' },
  pending: { word: 'Pending', tone: 'info', says: 'It is so, but not for long enough yet' },
  ok: { word: 'Quiet', tone: 'good', says: 'It is evaluated, and nothing of it is so' },
  off: { word: 'Off', tone: 'neutral', says: 'It is not evaluated' },
};

export const KINDS = [
  { value: 'issue', label: 'Issues' },
  { value: 'log', label: 'Logs' },
  { value: 'monitor', label: 'Cron monitors' },
  { value: 'health', label: 'Crash-free' },
] as const;

export const PRIORITIES = [
  { value: 'critical', label: 'Critical' },
  { value: 'warning', label: 'Warning' },
  { value: 'info', label: 'Info' },
] as const;

export const TRIGGERS: Record<IssueTrigger, string> = {
  new: 'is new',
  regressed: 'comes back after it was resolved',
  escalating: 'is far busier than usual',
  returned: 'comes back from the archive',
};

export const TOLD: Record<AlertFiring['told'], string> = {
  told: 'told',
  nobody: 'seen here alone',
  silenced: 'silenced',
  hours: 'outside of the hours',
  too_many: 'too many in an hour',
};

export function spell(minutes: number): string {
  const [count, unit] =
    minutes % 1440 === 0
      ? [minutes / 1440, 'day']
      : minutes % 60 === 0
        ? [minutes / 60, 'hour']
        : [minutes, 'minute'];
  return count === 1 ? `1 ${unit}` : `${count} ${unit}s`;
}

export function conditionWords(condition: AlertCondition): string {
  switch (condition.kind) {
    case 'issue': {
      const { when, counts, query, firstRelease, environment } = condition;
      const parts = [
        when.map((trigger) => TRIGGERS[trigger]).join(' or '),
        ...counts.map(({ of, atLeast, windowMinutes }) =>
          of === 'sessions'
            ? `has events for ${atLeast} % of the sessions of ${spell(windowMinutes)}`
            : `has ${atLeast} ${of} within ${spell(windowMinutes)}`,
        ),
      ].filter(Boolean);
      const of = [query, firstSeenWords(firstRelease), environment && `in ${environment}`]
        .filter(Boolean)
        .join(', ');
      return `An issue${of ? ` (${of})` : ''} ${parts.join(' and ')}`;
    }
    case 'log':
      return `${sourceWords(condition)} ${testWords(condition.test)} in ${spell(condition.windowMinutes)}`;
    case 'monitor': {
      const { monitors, states } = condition;
      return `${monitors.length > 0 ? monitors.join(', ') : 'Any monitor'}: ${states.join(', ')}`;
    }
    case 'health':
      return `Less than ${condition.below} % of the ${condition.of} of ${condition.release === 'latest' ? 'the latest release' : condition.release} free of crashes`;
  }
}

const firstSeenWords = (release: string) =>
  release === ''
    ? ''
    : `first seen in ${release === 'latest' ? 'the newest release' : release === '*' ? 'any release' : release}`;

function sourceWords({ source, test }: Extract<AlertCondition, { kind: 'log' }>): string {
  if (source.dialect !== 'search') return `${source.query}:`;
  const of = source.query === '' ? 'All lines' : `Lines of ${source.query}`;
  if (test.is === 'newPattern' || test.is === 'pattern') return `${of}:`;
  const what =
    source.measure === 'count'
      ? of
      : source.measure === 'rate'
        ? `${of} a second`
        : `${of}: ${source.measure} of ${source.field}`;
  return `${source.by.length > 0 ? `${what} by ${source.by.join(', ')}` : what}:`;
}

export function testWords(test: LogTest): string {
  switch (test.is) {
    case 'above':
      return `more than ${test.threshold}`;
    case 'below':
      return `less than ${test.threshold}`;
    case 'absent':
      return 'nothing';
    case 'change':
      return `${{ up: 'up', down: 'down', either: 'up or down' }[test.direction]} by ${test.percent} %`;
    case 'newPattern':
      return 'a new pattern';
    case 'pattern':
      return `a pattern ${test.times} times as often`;
    case 'anomaly':
      return `unlike other ${test.season}s`;
  }
}

/** The rule alone, as it is written: without how it stands. */
export function inputOf(rule: AlertRuleInput): AlertRuleInput {
  const { name, projects, enabled, priority, condition, repeatMinutes, schedule, channels } = rule;
  const { tellResolved, tellProblems } = rule;
  return {
    ...{ name, projects, enabled, priority, condition, repeatMinutes, schedule, channels },
    ...{ tellResolved, tellProblems },
  };
}
