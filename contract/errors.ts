/** The one shape of every refusal. */
import * as z from 'zod';

export const ErrorAnswer = z.object({ error: z.object({ code: z.string(), message: z.string() }) });
export type ErrorAnswer = z.infer<typeof ErrorAnswer>;
