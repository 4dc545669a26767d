/** SQL over the telemetry. */
import * as z from 'zod';

/** Milliseconds since 1970. */
const instant = z.number().int().min(0).max(253_402_300_799_999);
/** POST /api/v1/query/sql */
export const SqlRequest = z.object({
  /** Slug or id; empty: all. */
  project: z.string().max(150).default(''),
  query: z.string().max(20_000),
  /** Read unless the query has a condition on timestamp; `to` is not included. The last hour unless they are said. */
  from: instant.optional(),
  to: instant.optional(),
});
export type SqlRequest = z.input<typeof SqlRequest>;

export const SqlType = z.enum(['text', 'integer', 'number', 'time', 'boolean', 'map', 'list', 'null']);
export type SqlType = z.infer<typeof SqlType>;
/** Integers beyond 2^53 are texts; times are ISO 8601 with up to nine digits. */
export const SqlCell = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z.record(z.string(), z.string()),
  z.array(z.union([z.string(), z.number()])),
]);
export type SqlCell = z.infer<typeof SqlCell>;
export const SqlAnswer = z.object({
  columns: z.array(z.object({ name: z.string(), type: SqlType })),
  rows: z.array(z.array(SqlCell)),
  /** There are more rows than an answer has when the query names no LIMIT. */
  truncated: z.boolean(),
  /** The time that was read, milliseconds since 1970; null: no bound. */
  from: z.number().nullable(),
  to: z.number().nullable(),
  /** Whether the query itself named the time, by a condition on timestamp. */
  timeOfQuery: z.boolean(),
  elapsedMs: z.number(),
});
export type SqlAnswer = z.infer<typeof SqlAnswer>;

/** GET /api/v1/query/sql/schema: what a query may name. */
export const SqlSchema = z.object({
  tables: z.array(
    z.object({
      name: z.string(),
      description: z.string(),
      columns: z.array(
        z.object({ name: z.string(), type: SqlType, description: z.string(), aliases: z.array(z.string()) }),
      ),
    }),
  ),
  functions: z.array(
    z.object({
      name: z.string(),
      /** Of its arguments, e.g. `text, number?`. */
      arguments: z.string(),
      gives: z.string(),
      description: z.string(),
      isAggregate: z.boolean(),
    }),
  ),
  rowsDefault: z.number(),
  rowsMax: z.number(),
});
export type SqlSchema = z.infer<typeof SqlSchema>;
