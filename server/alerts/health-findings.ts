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
  return { at, groups, groupsLeftOut: 0, note: '', gone: 'It is not the newest release any more' };
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
    const period = `in the last ${PERIODS[condition.period]}`;
    return [
      {
        labels: { project: slug, release },
        value,
        threshold: condition.below,
        ...judged(value, counted, condition, period),
        project,
      },
    ];
  });
}

/**
 * Too few make nothing fire, and are no reason to say that it is over: what fires of them goes on. When there is nobody
 * left it ends, and says that nothing is known.
 */
function judged(
  value: number | null,
  counted: number,
  { of, below, resolve, least }: HealthCondition,
  period: string,
): Pick<MeasuredGroup, 'finding' | 'reason'> {
  if (value === null || counted === 0)
    return { finding: 'well', reason: `No ${of} ${period}: nothing is known of it` };
  if (counted < least)
    return { finding: 'between', reason: `${figure(counted)} ${of} ${period}: too few to say` };
  const told = `${figure(value)} % of ${figure(counted)} ${of} were free of crashes ${period}`;
  const finding = betweenTwo(value, { threshold: below, resolve }, -1);
  const limit = finding === 'bad' ? below : (resolve ?? below);
  const than = finding === 'bad' ? 'less than' : finding === 'well' ? 'at least' : 'not yet';
  return { finding, reason: `${told}, ${than} ${figure(limit)} %` };
}
