/** The ownership of a project as it is kept: texts of people, read anew where they are used. */
import type { Ownership, OwnershipRequest } from '#contract/code.ts';
import { iso } from '#server/issues/issues.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { knownOwners } from './known-owners.ts';
import { type OwnerRule, type RuleProblem, readCodeowners, readOwnershipRules } from './ownership-rules.ts';
import type { ReleaseStores } from './release-writes.ts';

/** Problems told in one sentence. */
const PROBLEMS_TOLD = 5;

export interface OwnershipTexts {
  rules: string;
  codeowners: string;
}

/** In the order in which the last one that matches decides. */
export const rulesOf = ({ rules, codeowners }: OwnershipTexts): OwnerRule[] => [
  ...readCodeowners(codeowners).rules,
  ...readOwnershipRules(rules).rules,
];

export const problemsOf = ({ rules, codeowners }: OwnershipTexts): RuleProblem[] => [
  ...readOwnershipRules(rules).problems,
  ...readCodeowners(codeowners).problems,
];

export async function readOwnership(
  db: MetadataDb,
  organizationId: number,
  projectId: number,
): Promise<Ownership> {
  const row = await db
    .selectFrom('ownership')
    .selectAll()
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  if (!row) return { rules: '', codeowners: '', assigns: true, unknownOwners: [], updatedAt: null };
  const rules = rulesOf(row);
  const known = await knownOwners(
    db,
    organizationId,
    rules.flatMap(({ owners }) => owners),
  );
  const unknown = new Map<string, Ownership['unknownOwners'][number]>();
  for (const { owners, in: source, line } of rules)
    for (const owner of owners)
      if (!known.has(owner.toLowerCase()) && !unknown.has(owner))
        unknown.set(owner, { owner, in: source, line });
  return {
    rules: row.rules,
    codeowners: row.codeowners,
    assigns: row.assigns === 1,
    unknownOwners: [...unknown.values()],
    updatedAt: iso(row.updated_at),
  };
}

/** Refused as a whole while a line cannot be read: half a file would assign to the wrong people. */
export async function saveOwnership(
  { db, now }: ReleaseStores,
  projectId: number,
  { rules, codeowners, assigns }: OwnershipRequest,
): Promise<void> {
  const problems = problemsOf({ rules, codeowners });
  if (problems.length > 0)
    throw reject(
      'ownership_invalid',
      problems
        .slice(0, PROBLEMS_TOLD)
        .map(({ in: source, line, message }) => `${NAMES[source]}, line ${line}: ${message}`)
        .join('; '),
    );
  const saved = { rules, codeowners, assigns: assigns ? (1 as const) : (0 as const), updated_at: now };
  await db
    .insertInto('ownership')
    .values({ project_id: projectId, ...saved })
    .onConflict((conflict) => conflict.column('project_id').doUpdateSet(saved))
    .execute();
}

const NAMES = { rules: 'rules', codeowners: 'CODEOWNERS' } as const;
