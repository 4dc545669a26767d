/**
 * The rules and silences in force, read again when somebody changed one: the evaluator's row counts the changes. Projects
 * that came or went are seen within a minute.
 */
import type { AlertKind } from '#contract/alerts.ts';
import type { Log } from '#server/platform/log.ts';
import { type AlertStores, type Rule, type RuleRow, readRules } from './alerts.ts';
import { readSilence, type Silence } from './telling.ts';

const READ_AGAIN_MS = 60_000;

export interface InForce {
  rules: readonly Rule[];
  silences: readonly Silence[];
  /** How many rules there are of each kind. */
  has(kind: AlertKind): boolean;
}

export interface RuleMemory {
  /** `revision`: as the evaluator's row has it. */
  read(revision: number): Promise<InForce>;
  /** What was read last, for who stores batches. */
  readonly last: InForce;
}

export function createRuleMemory(
  stores: Pick<AlertStores, 'metadata' | 'listProjects' | 'clock'>,
  log: Pick<Log, 'warn'>,
): RuleMemory {
  let known: { revision: number; at: number } | null = null;
  let last = inForce([], []);
  return {
    get last() {
      return last;
    },
    async read(revision) {
      const now = stores.clock.now();
      if (known?.revision === revision && Math.abs(now - known.at) < READ_AGAIN_MS) return last;
      const { db } = stores.metadata;
      const rows = await db
        .selectFrom('alert_rule')
        .selectAll()
        .where('enabled', '=', 1)
        .orderBy('id')
        .execute();
      const silences = await db.selectFrom('alert_silence').selectAll().where('ends_at', '>', now).execute();
      last = inForce(await readable(stores, rows, log), silences.map(readSilence));
      known = { revision, at: now };
      return last;
    },
  };
}

/** One that this program cannot read does not keep it from reading the others. */
async function readable(
  stores: Pick<AlertStores, 'metadata' | 'listProjects'>,
  rows: readonly RuleRow[],
  log: Pick<Log, 'warn'>,
): Promise<Rule[]> {
  const rules: Rule[] = [];
  const groups = [...Map.groupBy(rows, (row) => row.organization_id).values()];
  for (const group of groups)
    try {
      rules.push(...(await readRules(stores, group)));
    } catch (error) {
      log.warn({ err: error, organization: group[0]!.organization_id }, 'alert rules could not be read');
    }
  return rules;
}

const inForce = (rules: readonly Rule[], silences: readonly Silence[]): InForce => {
  const kinds = new Set(rules.map(({ condition }) => condition.kind));
  return { rules, silences, has: (kind) => kinds.has(kind) };
};
