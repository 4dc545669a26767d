/** A rule over the health of a release, looked at: sessions or users that are free of crashes, by project and release. */
import type { HealthCondition } from '#contract/alerts.ts';
import type { AlertStores, Rule } from './alerts.ts';
import { betweenTwo } from './log-findings.ts';
import { figure, type MeasuredGroup, type Measurement } from './measured.ts';

export type HealthRule = Rule<HealthCondition>;

const PERIODS = { '1h': 'hour', '24h': '24 hours', '7d': '7 days' } as const;

export async function findInHealth(stores: AlertStores, rule: HealthRule, at: number): Promise<Measurement> {
  const groups: MeasuredGroup[] = [];
  for (const { id, slug } of rule.projectsSeen)
    groups.push(...(await ofProject(stores, rule, Number(id), slug)));
  return { at, groups, groupsLeftOut: 0, note: '' };
}

async function ofProject(
  { releases }: AlertStores,
  { condition }: HealthRule,
  project: number,
  slug: string,
): Promise<MeasuredGroup[]> {
  const versions =
    condition.release === 'latest' ? await releases.meant([project], { is: 'latest' }) : [condition.release];
  const health = await releases.health([project], versions, condition.period);
  return versions.flatMap((release) => {
    const found = health.get(release);
    if (!found) return [];
    const isOfUsers = condition.of === 'users';
    const share = isOfUsers ? found.crashFreeUsers : found.crashFreeSessions;
    const counted = isOfUsers ? found.users : found.sessions;
    const value = share === null ? null : 100 * share;
    const isEnough = counted >= condition.least;
    return [
      {
        labels: { project: slug, release },
        value,
        threshold: condition.below,
        finding: isEnough
          ? betweenTwo(value, { threshold: condition.below, resolve: condition.resolve }, -1)
          : ('well' as const),
        reason:
          value === null || !isEnough
            ? `${figure(counted)} ${condition.of} in the last ${PERIODS[condition.period]}: too few to say`
            : `${figure(value)} % of ${figure(counted)} ${condition.of} were free of crashes in the last ${PERIODS[condition.period]}, less than ${figure(condition.below)} %`,
        project,
      },
    ];
  });
}
