/** Searches of logs and of issues, kept under a name: for all members, or for oneself. */
import * as z from 'zod';
import { time } from './time.ts';

/** What one chose on the page, as its address has it: of issues query, period and sort. */
export const SavedQueryView = z.strictObject({
  query: z.string().max(1000).optional(),
  period: z.string().max(20).optional(),
  /** ISO 8601; both or none. */
  from: z.string().max(40).optional(),
  to: z.string().max(40).optional(),
  /** Keys, separated by commas. */
  columns: z.string().max(5000).optional(),
  facets: z.string().max(5000).optional(),
  view: z.string().max(20).optional(),
  sort: z.string().max(20).optional(),
  measure: z.string().max(20).optional(),
  field: z.string().max(200).optional(),
  by: z.string().max(1500).optional(),
  draw: z.string().max(20).optional(),
  against: z.string().max(20).optional(),
});
export type SavedQueryView = z.infer<typeof SavedQueryView>;

/** No control characters: a name is shown on one line. */
const savedQueryName = z
  .string()
  .trim()
  .min(1)
  .max(100)
  .regex(/^\P{Cc}*$/u, 'a name of one line');

/** The page that a search is of. */
export const SavedQueryScreen = z.enum(['logs', 'issues']);
export type SavedQueryScreen = z.infer<typeof SavedQueryScreen>;

/** POST /api/v1/saved-queries (201) ; PATCH /:id with a part of it ; DELETE /:id (204) */
export const SavedQueryRequest = z.object({
  screen: SavedQueryScreen.default('logs'),
  name: savedQueryName,
  /** True: for oneself alone. */
  personal: z.boolean().default(false),
  /** A tab over the list. */
  pinned: z.boolean().default(false),
  /** Slug or id; null: of all projects. */
  project: z.string().max(150).nullable().default(null),
  view: SavedQueryView,
});
export type SavedQueryRequest = z.input<typeof SavedQueryRequest>;
export const SavedQueryUpdate = z.object({
  name: savedQueryName.optional(),
  pinned: z.boolean().optional(),
  view: SavedQueryView.optional(),
});
export type SavedQueryUpdate = z.infer<typeof SavedQueryUpdate>;

export const SavedQuery = z.object({
  id: z.string(),
  screen: SavedQueryScreen,
  name: z.string(),
  personal: z.boolean(),
  pinned: z.boolean(),
  /** Slug; null: of all projects. */
  project: z.string().nullable(),
  view: SavedQueryView,
  createdAt: time,
  updatedAt: time,
});
export type SavedQuery = z.infer<typeof SavedQuery>;
/** GET /api/v1/saved-queries?screen= : all of the organization and one's own, by name; pinned ones first, as they were pinned. */
export const SavedQueries = z.array(SavedQuery);
export type SavedQueries = z.infer<typeof SavedQueries>;
