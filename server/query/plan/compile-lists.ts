/**
 * Statements for lists and overviews over the records of a plan: names of labels, how many values they have, and how
 * much there is. The rules of compile-plan.ts hold here too.
 */
import { BoundValues } from '#server/query/bound-values.ts';
import { MOVED_LABEL } from '#server/record/stream-labels.ts';
import { STREAM_NAMES } from '#server/store/telemetry/stream-column.ts';
import { type CompiledPlan, whereOf } from './compile-plan.ts';
import { filterSql, textSql } from './filter-sql.ts';
import type { AttributeKey, Plan, PlanText } from './plan.ts';

/** Names of labels that any stream of the plan has, and of those that became attributes. */
export function compileNames(plan: Plan): CompiledPlan {
  const bound = new BoundValues();
  const where = whereOf(plan, bound).join(' AND ');
  return {
    sql: `SELECT DISTINCT 'stream' AS of, arrayJoin(${STREAM_NAMES}) AS name
        FROM (SELECT DISTINCT stream FROM logs WHERE ${where})
      UNION ALL SELECT DISTINCT 'moved' AS of,
        arrayJoin(arrayFilter(name -> attribute_types[name] = '${MOVED_LABEL}', mapKeys(attribute_types))) AS name
        FROM logs WHERE ${where} AND has(mapValues(attribute_types), '${MOVED_LABEL}')`,
    params: bound.params,
  };
}

/** One row, when there are records: for each key whether any of them has it. */
export function compilePresence(plan: Plan, keys: readonly AttributeKey[]): CompiledPlan {
  const bound = new BoundValues();
  const present = keys.map((key) => `toUInt8(max(${filterSql({ is: 'has', key }, bound)}))`);
  return {
    sql: `SELECT [${present.join(', ')}] AS present FROM logs WHERE ${whereOf(plan, bound).join(' AND ')}`,
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
    sql: `SELECT uniq(stream) AS streams,
        count() AS records, sum(length(body)) AS bytes
      FROM logs WHERE ${whereOf(plan, bound).join(' AND ')}`,
    params: bound.params,
  };
}
