/** What the search of issues and events offers while one types. */
import * as z from 'zod';

/** GET /api/v1/search/suggestions?project=&key=&text= */
export const SuggestionQuery = z.object({
  /** Slug; empty: all projects one may see. */
  project: z.string().max(100).default(''),
  /** Empty: keys are asked for. */
  key: z.string().max(200).default(''),
  /** What was typed of it so far; found anywhere in the values. */
  text: z.string().max(200).default(''),
});
export type SuggestionQuery = z.input<typeof SuggestionQuery>;
/** The most frequent first. */
export const SearchSuggestions = z.object({ values: z.array(z.string()) });
export type SearchSuggestions = z.infer<typeof SearchSuggestions>;
