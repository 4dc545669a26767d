/** What the editor offers while one types: tables, columns, functions with their sentences, and the words of SQL. */
import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { SqlSchema } from '#contract/sql.ts';

export const KEYWORDS =
  'select distinct from where group by having order asc desc limit offset as and or not in is null like ilike between case when then else end interval cast true false filter nulls first last'.split(
    ' ',
  );

export function completionsOf(schema: SqlSchema): Completion[] {
  const columns = new Map<string, Completion>();
  for (const table of schema.tables)
    for (const { name, type, description } of table.columns)
      columns.set(name, {
        label: name,
        type: 'property',
        detail: type,
        info: description,
        boost: 2,
        ...(type === 'map' ? { apply: `${name}['` } : {}),
      });
  return [
    ...columns.values(),
    ...schema.tables.map(({ name, description }) => ({
      label: name,
      type: 'class',
      detail: 'table',
      info: description,
      boost: 3,
    })),
    ...schema.functions.map((each) => ({
      label: each.name,
      type: 'function',
      detail: `(${each.arguments}) → ${each.gives}`,
      info: each.description,
      apply: `${each.name}(`,
      boost: 1,
    })),
    ...KEYWORDS.map((word) => ({ label: word.toUpperCase(), type: 'keyword' })),
  ];
}

/** Inside quotes and comments nothing is offered. */
export function completeSql(options: readonly Completion[]) {
  return (context: CompletionContext): CompletionResult | null => {
    const before = context.state.doc.sliceString(0, context.pos);
    const open = before.replaceAll(/--[^\n]*|\/\*[\s\S]*?\*\//g, '').split("'").length % 2 === 0;
    const word = context.matchBefore(/\w*/);
    if (open || !word || (word.from === word.to && !context.explicit)) return null;
    return { from: word.from, options: [...options], validFor: /^\w*$/ };
  };
}
