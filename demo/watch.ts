/** The alert that somebody set up before anything broke: a new issue that hits fifty users. */
import type { AlertRule, AlertRuleDraft } from '#contract/alerts.ts';
import type { Tandem } from './tandem.ts';

/** A new issue that so many users have had within the hour. */
export async function watch(tandem: Tandem, users: number, channels: string[]): Promise<AlertRule> {
  const rule: AlertRuleDraft = {
    name: `New issues of ${users} users`,
    projects: [tandem.project.slug],
    priority: 'critical',
    condition: {
      kind: 'issue',
      when: ['new'],
      counts: [{ of: 'users', atLeast: users, windowMinutes: 60 }],
    },
    channels,
  };
  return tandem.send<AlertRule>('POST', '/api/v1/alerts/rules', rule);
}
