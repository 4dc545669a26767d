/** Which rows of the engine say the same as a candidate: by pattern, name or hash, and what tells failure from success. */
import type { BoundValues } from '#server/query/bound-values.ts';
import { type Abnormal, BODY } from './abnormal.ts';
import type { Candidate } from './candidates.ts';

function candidateSql({ line, abnormal }: Candidate, bound: BoundValues): string {
  const where = [`service = ${bound.bind('String', line.service)}`];
  if (line.kind === 'error')
    return [...where, `grouping_hash = ${bound.bind('String', line.hash)}`].join(' AND ');
  if (line.kind === 'span') {
    where.push(`name = ${bound.bind('String', line.pattern)}`);
    if (abnormal.statusIn !== '' && abnormal.statusIn !== BODY) where.push(statusSql(abnormal, bound));
    else if (line.severity === 'error') where.push("status = 'error'");
    return where.join(' AND ');
  }
  where.push(`pattern_id = ${bound.bind('UInt64', line.pattern)}`);
  // The same pattern at another level, or with another status, tells of something else.
  where.push(`intDiv(severity_number + 3, 4) = ${bound.bind('UInt8', LEVEL[line.severity])}`);
  if (abnormal.statusIn !== '') where.push(statusSql(abnormal, bound));
  return where.join(' AND ');
}

/**
 * The rows that say the same as any of them, with the number of the candidate in the list, from 1. Bodies and attributes, which
 * cost most of the reading, are read only of kinds that are told apart by them.
 */
export function candidateRows(
  { table, scope, columns }: { table: 'logs' | 'spans' | 'events'; scope: string; columns: string },
  candidates: readonly Candidate[],
  bound: BoundValues,
): string {
  const numbered = candidates.map((candidate, index) => ({ candidate, number: index + 1 }));
  return [...Map.groupBy(numbered, ({ candidate }) => candidate.abnormal.statusIn).values()]
    .map((part) => {
      const choices = part.map(({ candidate, number }) => `${candidateSql(candidate, bound)}, ${number}`);
      const of = part.map(({ candidate }) => candidate);
      return `SELECT multiIf(${choices.join(', ')}, 0) AS candidate, ${columns} FROM ${table}
        WHERE ${scope} AND ${kindsSql(table, of, bound)} AND candidate > 0`;
    })
    .join(' UNION ALL ');
}

const listOf = (type: 'String' | 'UInt64', values: readonly (string | number)[], bound: BoundValues) =>
  bound.bind(`Array(${type})`, [...new Set(values)]);

/** Services, and patterns, names or hashes, alone: what the key of the table finds, before bodies are looked at. */
function kindsSql(
  table: 'logs' | 'spans' | 'events',
  candidates: readonly Candidate[],
  bound: BoundValues,
): string {
  const lines = candidates.map(({ line }) => line);
  const services = `service IN ${listOf(
    'String',
    lines.map(({ service }) => service),
    bound,
  )}`;
  const patterns = lines.map(({ pattern }) => pattern);
  if (table === 'spans') return `${services} AND name IN ${listOf('String', patterns, bound)}`;
  if (table === 'events')
    return `${services} AND grouping_hash IN ${listOf(
      'String',
      lines.map(({ hash }) => hash),
      bound,
    )}`;
  const levels = lines.map(({ severity }) => LEVEL[severity]);
  return `${services} AND pattern_id IN ${listOf('UInt64', patterns, bound)}
    AND intDiv(severity_number + 3, 4) IN ${listOf('UInt64', levels, bound)}`;
}

const LEVEL = { unknown: 0, trace: 1, debug: 2, info: 3, warn: 4, error: 5, fatal: 6 } as const;

/** It is where the line has it: a logger writes its lines of one pattern alike. */
function statusSql({ status, statusIn }: Abnormal, bound: BoundValues): string {
  const value = bound.bind('String', status);
  if (statusIn === BODY) return `position(body, ${value}) > 0`;
  return `attributes[${bound.bind('String', statusIn)}] = ${value}`;
}
