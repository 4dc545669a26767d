/**
 * Secrets that must be read again, such as tokens of trackers: sealed with AES-256-GCM before they go to the metadata. The key
 * is a file of the data directory that only its owner reads, so that a copy of the database alone opens nothing. What a
 * secret is for is sealed in with it: in another place it does not open.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { undefinedWhenMissing } from './missing-file.ts';

const KEY_FILE = 'secret-key';
const KEY_BYTES = 32;
/** As GCM wants it, NIST SP 800-38D 8.2: 2^32 random ones may be made under one key. */
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const VERSION = 'v1.';

export interface SecretBox {
  seal(secret: string, purpose: string): string;
  /** Null: it was sealed by another key, for another purpose, or is damaged. */
  open(sealed: string, purpose: string): string | null;
}

/** With the key of the directory, made when there is none. */
export async function openSecretBox(directory: string): Promise<SecretBox> {
  const path = join(directory, KEY_FILE);
  const known = await readFile(path, 'utf8').catch(undefinedWhenMissing);
  const key = Buffer.from(known?.trim() || (await makeKey(path)), 'base64');
  if (key.length !== KEY_BYTES) throw new Error(`${path} is no key: 32 bytes as base64 are expected`);
  return createSecretBox(key);
}

async function makeKey(path: string): Promise<string> {
  const text = randomBytes(KEY_BYTES).toString('base64');
  const file = await open(path, 'wx', 0o600);
  try {
    await file.writeFile(`${text}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  return text;
}

export function createSecretBox(key: Buffer): SecretBox {
  return {
    seal(secret, purpose) {
      const nonce = randomBytes(NONCE_BYTES);
      const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES });
      cipher.setAAD(Buffer.from(purpose));
      const sealed = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
      return VERSION + Buffer.concat([nonce, cipher.getAuthTag(), sealed]).toString('base64url');
    },
    open(sealed, purpose) {
      if (!sealed.startsWith(VERSION)) return null;
      const bytes = Buffer.from(sealed.slice(VERSION.length), 'base64url');
      if (bytes.length < NONCE_BYTES + TAG_BYTES) return null;
      const cipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE_BYTES), {
        authTagLength: TAG_BYTES,
      });
      cipher.setAAD(Buffer.from(purpose));
      cipher.setAuthTag(bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES));
      try {
        const opened = [cipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES)), cipher.final()];
        return Buffer.concat(opened).toString('utf8');
      } catch {
        // The tag does not fit: there is nothing more to say about it.
        return null;
      }
    },
  };
}
