/** What people are told of an issue that an alert fired for: its facts in the order in which they are read. */
import type { ProjectSummary } from '#contract/people.ts';
import { shortId } from '#server/issues/short-id.ts';
import type { Notification, NotificationFact } from '#server/record/notification.ts';
import type { AlertStores } from './alerts.ts';
import { environmentsOf } from './issue-counts.ts';
import type { IssueMatch, IssueRule, Tally } from './issue-matches.ts';
import { cutText, figure, type Labels, spell } from './measured.ts';

/** How long the likely cause may be looked for, ms: people wait for the alert. */
const CAUSE_MS_MAX = 2_000;
const TITLE_CHARS_MAX = 300;
const ENVIRONMENTS_OF_MS = 86_400_000;

const TITLES = {
  new: 'New issue',
  regressed: 'Regression',
  escalating: 'Escalating',
  returned: 'Back from the archive',
} as const;
const REASONS = {
  new: 'it is new',
  regressed: 'it came back after it was resolved',
  escalating: 'it is far busier than usual',
  returned: 'what it was archived until has come',
} as const;

export async function issueNotification(
  stores: AlertStores,
  rule: IssueRule,
  match: IssueMatch,
  { firingId, now, looksForCause }: { firingId: string; now: number; looksForCause: boolean },
): Promise<{ notification: Notification; labels: Labels }> {
  const { row, trigger } = match;
  const project = rule.projectsSeen.find(({ id }) => Number(id) === row.project_id)!;
  const [cause, environments] = await Promise.all([
    looksForCause ? inTime(stores.findCause(String(row.id), row.last_event_id)) : null,
    environmentsOf(stores.telemetry, match.counted, now - ENVIRONMENTS_OF_MS).catch(() => []),
  ]);
  const short = shortId(project.slug, row.number);
  const title = cutText(row.title, TITLE_CHARS_MAX);
  const isOfRelease = rule.condition.firstRelease !== '';
  const reasons = [
    ...(trigger ? [REASONS[trigger.kind]] : []),
    ...(isOfRelease ? [`first seen in ${cutText(row.first_release)}`] : []),
    ...match.reasons,
  ].join(', ');
  const environment = rule.condition.environment || (environments[0] ?? '');
  return {
    labels: labelsOf(rule, row, project, { short, environment, trigger: trigger?.kind ?? '' }),
    notification: {
      id: `${firingId}:firing:1`,
      organizationId: String(rule.organization),
      project: { id: row.project_id, slug: project.slug, name: project.name },
      rule: { id: String(rule.id), name: rule.name },
      firingKey: firingId,
      state: 'firing',
      priority: rule.priority,
      title: trigger ? `${TITLES[trigger.kind]}: ${title}` : title,
      reason: `${reasons[0]!.toUpperCase()}${reasons.slice(1)}`,
      startedAt: now,
      endedAt: null,
      facts: factsOf(match, environments, rule.condition.environment),
      cause,
      issue: { id: String(row.id), shortId: short },
      url: `${stores.publicUrl()}/issues/${row.id}`,
      labels: labelsOf(rule, row, project, { short, environment, trigger: trigger?.kind ?? '' }),
    },
  };
}

function labelsOf(
  rule: IssueRule,
  row: IssueMatch['row'],
  project: ProjectSummary,
  { short, environment, trigger }: { short: string; environment: string; trigger: string },
): Labels {
  const labels = {
    ...{ rule: rule.name, project: project.slug, issue: short, level: row.level, environment, trigger },
    ...{ release: row.last_release, type: row.exception_type, priority: rule.priority },
  };
  return Object.fromEntries(
    Object.entries(labels).flatMap(([name, value]) => (value === '' ? [] : [[name, cutText(value)]])),
  );
}

/** Numbers of these names are of the moment in which they are told: see told-later.ts. */
export const COUNTED_FACTS = { users: 'Users', events: 'Events' } as const;

function factsOf(
  { row, tally }: IssueMatch,
  environments: readonly string[],
  counted: string,
): NotificationFact[] {
  const facts: NotificationFact[] = [
    { name: COUNTED_FACTS.users, value: tallyWords(tally, 'users', counted) },
    { name: COUNTED_FACTS.events, value: tallyWords(tally, 'events', counted) },
    { name: 'First seen', value: momentOf(row.first_seen) },
    { name: 'Release', value: releaseOf(row) },
    { name: 'Environment', value: environments.join(', ') },
    { name: 'Where', value: row.culprit },
  ];
  return facts.flatMap(({ name, value }) => (value === '' ? [] : [{ name, value: cutText(value) }]));
}

const momentOf = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')} UTC`;

/** `50 in the last hour, 54 in all`; `54` when that is all that is known of it. */
function tallyWords({ windows, inAll }: Tally, of: 'users' | 'events', environment: string): string {
  const where = environment === '' ? '' : ` in ${environment}`;
  const parts = windows.map((one) => `${figure(one[of])}${where} in the last ${spell(one.minutes)}`);
  return parts.length === 0 ? figure(inAll[of]) : [...parts, `${figure(inAll[of])} in all`].join(', ');
}

const releaseOf = ({ first_release, last_release }: IssueMatch['row']) =>
  first_release === '' || first_release === last_release
    ? last_release
    : `first in ${first_release}, last in ${last_release}`;

/** Null: there is none, it took too long, or it could not be found out: an alert does not wait for its explanation. */
async function inTime<T>(finding: Promise<T | null>): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), CAUSE_MS_MAX);
  });
  try {
    return await Promise.race([finding.catch(() => null), late]);
  } finally {
    clearTimeout(timer);
  }
}
