/**
 * Whether people are told of a firing now: not without a channel, outside of the hours, under a silence, or as one of too
 * many. What was held back is told when what held it back is over, if it still lasts.
 */
import type { Selectable } from 'kysely';
import type { AlertMatcher } from '#contract/alerts.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import type { AlertFiringTable, AlertSilenceTable } from '#server/store/metadata/schema.ts';
import type { Rule } from './alerts.ts';
import { isWithinHours } from './hours.ts';
import { matchesAll } from './matchers.ts';
import type { Labels } from './measured.ts';

/** Notifications of one rule within an hour: who gets more reads none. The firings are in the history all the same. */
export const TOLD_PER_HOUR_MAX = 60;
const HOUR_MS = 3_600_000;
/** How soon it is looked again whether the hours have begun, ms. */
const HOURS_LOOK_MS = 60_000;

export interface Silence {
  rule: number | null;
  organization: number;
  matchers: AlertMatcher[];
  startsAt: number;
  endsAt: number;
}

export const readSilence = (row: Selectable<AlertSilenceTable>): Silence => ({
  rule: row.rule_id,
  organization: row.organization_id,
  matchers: JSON.parse(row.matchers) as AlertMatcher[],
  startsAt: row.starts_at,
  endsAt: row.ends_at,
});

/** The one that lasts longest; undefined: none speaks of it. */
export function silenceOf(
  silences: readonly Silence[],
  rule: Pick<Rule, 'id' | 'organization'>,
  labels: Labels,
  now: number,
): Silence | undefined {
  return silences
    .filter(
      (one) =>
        one.organization === rule.organization &&
        (one.rule === null || one.rule === rule.id) &&
        one.startsAt <= now &&
        one.endsAt > now &&
        matchesAll(one.matchers, labels),
    )
    .toSorted((a, b) => b.endsAt - a.endsAt)[0];
}

export interface Telling {
  told: AlertFiringTable['told'];
  /** When it is looked at again; null: not by itself. */
  tellAt: number | null;
}

export async function tellingOf(
  db: MetadataDb,
  rule: Pick<Rule, 'id' | 'organization' | 'channels' | 'schedule' | 'repeatMinutes'>,
  labels: Labels,
  { silences, now }: { silences: readonly Silence[]; now: number },
): Promise<Telling> {
  if (rule.channels.length === 0) return { told: 'nobody', tellAt: null };
  const silence = silenceOf(silences, rule, labels, now);
  if (silence) return { told: 'silenced', tellAt: silence.endsAt };
  if (!isWithinHours(rule.schedule, now)) return { told: 'hours', tellAt: now + HOURS_LOOK_MS };
  const { count } = await db
    .selectFrom('alert_firing')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('rule_id', '=', rule.id)
    .where('told_at', '>', now - HOUR_MS)
    .executeTakeFirstOrThrow();
  if (Number(count) >= TOLD_PER_HOUR_MAX) return { told: 'too_many', tellAt: now + HOUR_MS };
  return { told: 'told', tellAt: rule.repeatMinutes > 0 ? now + rule.repeatMinutes * 60_000 : null };
}
