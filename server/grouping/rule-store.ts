/** The grouping rules of a project where they are kept: one row of the metadata. `process` reads it again when its revision moves. */
import { readFingerprintRules } from '#server/process/rules/fingerprint-rules.ts';
import type { RuleTexts } from '#server/process/rules/grouping-rules.ts';
import type { RuleProblem } from '#server/process/rules/rule-text.ts';
import { readStackTraceRules } from '#server/process/rules/stack-trace-rules.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export interface SavedRules extends RuleTexts {
  /** Null: never. */
  updatedAt: number | null;
  updatedBy: string | null;
}

export async function selectRules(db: MetadataDb, project: number): Promise<SavedRules> {
  const row = await db
    .selectFrom('grouping_rules')
    .selectAll()
    .where('project_id', '=', project)
    .executeTakeFirst();
  return {
    fingerprint: row?.fingerprint_rules ?? '',
    stackTrace: row?.stack_trace_rules ?? '',
    updatedAt: row?.updated_at ?? null,
    updatedBy: row?.updated_by ?? null,
  };
}

export interface PlacedProblem extends RuleProblem {
  in: keyof RuleTexts;
}

export function problemsOf(texts: RuleTexts): PlacedProblem[] {
  return [
    ...readFingerprintRules(texts.fingerprint).problems.map((problem) => ({
      ...problem,
      in: 'fingerprint' as const,
    })),
    ...readStackTraceRules(texts.stackTrace).problems.map((problem) => ({
      ...problem,
      in: 'stackTrace' as const,
    })),
  ];
}

const NAMES: Record<keyof RuleTexts, string> = {
  fingerprint: 'Fingerprint rules',
  stackTrace: 'Stack trace rules',
};

/** Refuses texts with lines that cannot be read. What is left out stays as it is. */
export async function saveRules(
  db: MetadataDb,
  project: number,
  change: Partial<RuleTexts>,
  by: { userId: string | null; now: number },
): Promise<void> {
  const saved = await selectRules(db, project);
  const texts = { fingerprint: saved.fingerprint, stackTrace: saved.stackTrace, ...change };
  const problem = problemsOf(texts).find(({ isWarning }) => !isWarning);
  if (problem)
    throw reject(
      'rules_invalid',
      `${NAMES[problem.in]}, line ${problem.line}, column ${problem.column}: ${problem.message}`,
    );
  const columns = {
    ...(change.fingerprint === undefined ? {} : { fingerprint_rules: texts.fingerprint }),
    ...(change.stackTrace === undefined ? {} : { stack_trace_rules: texts.stackTrace }),
    updated_at: by.now,
    updated_by: by.userId,
  };
  await db
    .insertInto('grouping_rules')
    .values({ project_id: project, ...columns })
    .onConflict((conflict) =>
      conflict.column('project_id').doUpdateSet((to) => ({
        ...columns,
        revision: to('grouping_rules.revision', '+', 1),
      })),
    )
    .execute();
}
