/**
 * Kinds of events by their stacks: what `stack.function:pay`, or a file name typed as free text, finds. The stack is that
 * of the first event of a kind, as `process` kept it (record/stack-text.ts): one row for a kind, however many events.
 */
import { sql } from 'kysely';
import { likeAnywhere, likeWhole } from '#server/query/like.ts';
import type { Pattern } from '#server/query/search-filter.ts';
import { STACK_PARTS, type StackPart, stackNames } from '#server/record/stack-text.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

/** Kinds taken as an answer: twice the issues of a large installation. */
const KINDS_MAX = 20_000;

const lower = (pattern: Pattern) => pattern.map((piece) => piece.toLowerCase());

/** As `project:hash`: kinds with the text anywhere in their stack. */
export async function kindsWithText(
  db: MetadataDb,
  projects: readonly number[],
  pattern: Pattern,
): Promise<string[]> {
  const rows = await db
    .selectFrom('hash_stack')
    .select(['project_id', 'hash'])
    .where('project_id', 'in', projects)
    .where(sql<boolean>`stack like ${likeAnywhere(lower(pattern))} escape '\\'`)
    .limit(KINDS_MAX)
    .execute();
  return rows.map(({ project_id, hash }) => `${project_id}:${hash}`);
}

/** As `project:hash`: kinds with a frame whose function, file ... is like this, whatever the case. Undefined: is there at all. */
export async function kindsWithFrame(
  db: MetadataDb,
  projects: readonly number[],
  part: StackPart,
  value: Pattern | undefined,
): Promise<{ kinds: string[]; cutShort: boolean }> {
  const wanted = value && lower(value);
  // In the text a name stands between its letter and the end of the line; what matches across lines is sorted out below.
  const line = [`\n${STACK_PARTS[part]}:${wanted?.[0] ?? ''}`, ...(wanted?.slice(1) ?? [])];
  const like = wanted ? `%${likeWhole(line)}\n%` : `%${likeWhole(line)}%`;
  const rows = await db
    .selectFrom('hash_stack')
    .select(['project_id', 'hash', 'stack'])
    .where('project_id', 'in', projects)
    .where(sql<boolean>`stack like ${like} escape '\\'`)
    .limit(KINDS_MAX)
    .execute();
  const isLike = wanted ? matcher(wanted) : () => true;
  const kinds = rows
    .filter(({ stack }) => [...stackNames(stack, part)].some(isLike))
    .map(({ project_id, hash }) => `${project_id}:${hash}`);
  return { kinds, cutShort: rows.length === KINDS_MAX };
}

/** Whether a text is like the pattern, in time linear to its length: each piece is looked for once, behind the one before. */
export function matcher(pattern: Pattern): (text: string) => boolean {
  const [first, ...rest] = pattern as [string, ...string[]];
  const last = rest.pop();
  if (last === undefined) return (text) => text === first;
  return (text) => {
    if (!text.startsWith(first)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return text.length - last.length >= at && text.endsWith(last);
  };
}
