/** API tokens. */
import * as z from 'zod';
import { TOKEN_SCOPES } from './people.ts';
import { time } from './time.ts';

export const ApiToken = z.object({
  id: z.string(),
  name: z.string(),
  hint: z.string(),
  scopes: z.array(z.enum(TOKEN_SCOPES)),
  createdAt: time,
  lastUsedAt: time.nullable(),
  expiresAt: time.nullable(),
});
export type ApiToken = z.infer<typeof ApiToken>;
/** GET /api/v1/tokens ; DELETE /api/v1/tokens/:id */
export const ApiTokens = z.array(ApiToken);
export type ApiTokens = z.infer<typeof ApiTokens>;
/** POST /api/v1/tokens */
export const ApiTokenRequest = z.object({
  name: z.string().min(1).max(100),
  scopes: z.array(z.enum(TOKEN_SCOPES)).min(1),
  expiresInDays: z.number().int().min(1).max(3650).nullable().default(null),
});
export type ApiTokenRequest = z.input<typeof ApiTokenRequest>;
/** The token itself, this once. */
export const ApiTokenCreated = ApiToken.extend({ token: z.string() });
export type ApiTokenCreated = z.infer<typeof ApiTokenCreated>;
