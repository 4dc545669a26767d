/**
 * Secrets that are shown once and kept as their hash: API tokens and one-time links. Each holds 32 random
 * bytes, which nobody guesses; so a plain SHA-256 is enough to keep, and can be looked up by index.
 */
import { createHash, randomBytes } from 'node:crypto';

export function newSecret(prefix = ''): string {
  return prefix + randomBytes(32).toString('base64url');
}

export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}
