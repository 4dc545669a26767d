/**
 * Statements for lists and overviews over the records of a plan: names of labels, how many values they have, and how
 * much there is. The rules of compile-plan.ts hold here too.
 */
import { BoundValues } from '#server/query/bound-values.ts';
import { MOVED_LABEL } from '#server/record/stream-labels.ts';
import { type CompiledPlan, STREAM, whereOf } from './compile-plan.ts';
import { filterSql, textSql } from './filter-sql.ts';
import type { Plan, PlanText } from './plan.ts';

/** Names of labels, of their streams, moved ones, and of their resources, that any record of the plan has. */
export function compileNames(plan: Plan): CompiledPlan {
  const bound = new BoundValues();
  const where = whereOf(plan, bound).join(' AND ');
  return {
    // One that is always there tells that there are records.
    sql: `SELECT DISTINCT arrayJoin(arrayConcat([('any', '')],
        arrayMap(name -> ('labels', toString(name)), mapKeys(labels)),
        arrayMap(name -> ('moved', toString(name)),
          arrayFilter(name -> attribute_types[name] = '${MOVED_LABEL}', mapKeys(attribute_types))),
        arrayMap(name -> ('resource', toString(name)), mapKeys(resource)))) AS found,
        found.1 AS of, found.2 AS name
      FROM logs WHERE ${where}`,
    params: bound.params,
  };
}

/** A row when any record of the plan has this label as an attribute. */
export function compileHasMoved(plan: Plan, name: string): CompiledPlan {
  const bound = new BoundValues();
  const where = [...whereOf(plan, bound), filterSql({ is: 'has-moved-label', name }, bound)];
  return { sql: `SELECT 1 AS moved FROM logs WHERE ${where.join(' AND ')} LIMIT 1`, params: bound.params };
}

/** For each text how many different values it has, and how many records have one that is neither number nor UUID. */
export function compileCardinalities(plan: Plan, texts: readonly PlanText[]): CompiledPlan {
  const bound = new BoundValues();
  const columns = texts.flatMap((text, at) => {
    const sql = textSql(text, bound);
    return [
      `uniqIf(${sql}, ${sql} != '') AS values${at}`,
      `countIf(${sql} != '' AND NOT match(${sql}, '^([0-9.]+|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})$')) AS words${at}`,
    ];
  });
  return {
    sql: `SELECT ${columns.join(', ')} FROM logs WHERE ${whereOf(plan, bound).join(' AND ')}`,
    params: bound.params,
  };
}

/** How much there is. */
export function compileTotals(plan: Plan): CompiledPlan {
  const bound = new BoundValues();
  return {
    sql: `SELECT uniq(${STREAM.map((column) => `toString(${column})`).join(', ')}) AS streams,
        count() AS records, sum(length(body)) AS bytes
      FROM logs WHERE ${whereOf(plan, bound).join(' AND ')}`,
    params: bound.params,
  };
}
