/**
 * A rule that cannot be evaluated says so, with why, and people who are told of it are told that too: silence is not
 * health. What passes by itself, such as an engine that is being started, is not told for two minutes.
 */
import type { MetadataTransaction } from '#server/store/metadata/metadata.ts';
import type { AlertStores, Rule } from './alerts.ts';
import { begin, end, type WriteDeps } from './firings.ts';
import { PROBLEM_KEY } from './group-alerts.ts';
import { isAsItWas } from './issue-alerts.ts';
import { cutText } from './measured.ts';

const TOLD_AFTER_MS = 120_000;
const MESSAGE_CHARS_MAX = 500;

/** Writes down that it cannot be evaluated, or (null) that it can again. */
export async function writeProblem(
  transaction: MetadataTransaction,
  writing: WriteDeps,
  stores: Pick<AlertStores, 'publicUrl'>,
  rule: Rule,
  problem: string | null,
): Promise<void> {
  if (!(await isAsItWas(transaction, rule))) return;
  const { now } = writing;
  const before = await transaction
    .selectFrom('alert_rule')
    .select(['problem', 'problem_since as since'])
    .where('id', '=', rule.id)
    .executeTakeFirstOrThrow();
  const message = problem === null ? '' : cutText(problem, MESSAGE_CHARS_MAX);
  const since = problem === null ? null : before.problem === '' ? now : before.since;
  await transaction
    .updateTable('alert_rule')
    .set({ problem: message, problem_since: since, evaluated_at: now })
    .where('id', '=', rule.id)
    .execute();
  if (problem === null) {
    await end(transaction, writing.enqueue, rule, {
      key: PROBLEM_KEY,
      reason: 'It can be evaluated again',
      at: now,
    });
    return;
  }
  if (!rule.tellProblems || now - (since ?? now) < TOLD_AFTER_MS) return;
  const id = `${rule.id}-problem-${since}`;
  const project = rule.projectsSeen.length === 1 ? rule.projectsSeen[0]! : null;
  await begin(transaction, writing, {
    ...{ id, rule, key: PROBLEM_KEY, labels: { rule: rule.name }, value: null, threshold: null },
    ...{ startedAt: since ?? now, project: project && Number(project.id), issue: null },
    notification: {
      id: `${id}:firing:1`,
      organizationId: String(rule.organization),
      project: project && { id: Number(project.id), slug: project.slug, name: project.name },
      rule: { id: String(rule.id), name: rule.name },
      ...{ firingKey: id, state: 'firing', priority: rule.priority },
      title: `The alert rule “${rule.name}” cannot be evaluated`,
      reason: message,
      ...{ startedAt: since ?? now, endedAt: null, facts: [], cause: null, issue: null },
      url: `${stores.publicUrl()}/alerts/${rule.id}`,
      labels: { rule: rule.name, priority: rule.priority },
    },
  });
}
