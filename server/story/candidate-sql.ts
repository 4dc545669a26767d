/** Which rows of the engine say the same as a candidate: by pattern, name or hash, and what tells failure from success. */
import type { BoundValues } from '#server/query/bound-values.ts';
import type { Candidate } from './candidates.ts';

/** As in abnormal.ts, the names under which most say it. */
const STATUS_KEYS = [
  'http.response.status_code',
  'http.status_code',
  'status_code',
  'status',
  'statusCode',
  'http_status',
];

export function candidateSql({ line, abnormal: { status } }: Candidate, bound: BoundValues): string {
  const where = [`service = ${bound.bind('String', line.service)}`];
  if (line.kind === 'error')
    return [...where, `grouping_hash = ${bound.bind('String', line.hash)}`].join(' AND ');
  if (line.kind === 'span') {
    where.push(`name = ${bound.bind('String', line.pattern)}`);
    if (status) where.push(statusSql(status, bound, "status = 'error'"));
    else if (line.severity === 'error') where.push("status = 'error'");
    return where.join(' AND ');
  }
  where.push(`pattern_id = ${bound.bind('UInt64', line.pattern)}`);
  // The same pattern at another level, or with another status, tells of something else.
  where.push(`intDiv(severity_number + 3, 4) = ${bound.bind('UInt8', LEVEL[line.severity])}`);
  if (status) where.push(statusSql(status, bound, `position(body, ${bound.bind('String', status)}) > 0`));
  return where.join(' AND ');
}

/** Patterns, names or hashes alone: what the key of the table finds, before bodies are looked at. */
export function kindsSql(
  table: 'logs' | 'spans' | 'events',
  candidates: readonly Candidate[],
  bound: BoundValues,
): string {
  const lines = candidates.map(({ line }) => line);
  if (table === 'logs')
    return `pattern_id IN ${bound.bind(
      'Array(UInt64)',
      lines.map(({ pattern }) => pattern),
    )}`;
  if (table === 'spans')
    return `name IN ${bound.bind(
      'Array(String)',
      lines.map(({ pattern }) => pattern),
    )}`;
  return `grouping_hash IN ${bound.bind(
    'Array(String)',
    lines.map(({ hash }) => hash),
  )}`;
}

const LEVEL = { unknown: 0, trace: 1, debug: 2, info: 3, warn: 4, error: 5, fatal: 6 } as const;

function statusSql(status: string, bound: BoundValues, otherwise: string): string {
  const value = bound.bind('String', status);
  return `(${[...STATUS_KEYS.map((key) => `attributes['${key}'] = ${value}`), otherwise].join(' OR ')})`;
}
