/**
 * Who sends: the ingest keys named in a request -> one known key. Keys are public by nature (they stand in
 * web pages), so they are looked up, not compared; what they allow is to send, never to read.
 */
import type { Quotas } from '#server/record/quota.ts';
import { reject } from '#server/record/rejections.ts';
import type { Credentials } from './protocol.ts';

export interface KnownKey {
  id: number;
  projectId: number;
  /** The project's number in the DSN that the key came with from another tracker; empty: it was made here. */
  dsnProject?: string;
  enabled: boolean;
  /** Records per window; null: no limit. */
  rateLimit: { count: number; windowSeconds: number } | null;
  /** Of its project; null: none. */
  quotas: Quotas | null;
  /** False when the project was deleted and the key has outlived it. */
  projectExists: boolean;
}

/** Fulfilled by projects. Asked once for every request: must answer from memory, unknown keys included, within bounds. */
export interface KeyDirectory {
  /** The key, or null when there is none. `publicKey` is 32 lower-case hex. */
  find(publicKey: string): Promise<KnownKey | null>;
}

const PUBLIC_KEY = /^[0-9a-f]{32}$/;

/** The one key that the credentials name. Throws when there is none or they disagree. */
export function namedKey(credentials: Credentials): string {
  const [first, ...others] = credentials.keys;
  if (first === undefined) throw reject('key_missing');
  const key = first.toLowerCase();
  if (others.some((other) => other.toLowerCase() !== key)) throw reject('key_conflict');
  if (!PUBLIC_KEY.test(key)) throw reject('key_unknown', 'a key is 32 hexadecimal digits');
  return key;
}

/** Throws unless the key may send to the project that the address names, if it names one. */
export function checkKey(key: KnownKey, project: string | undefined): void {
  if (!key.projectExists) throw reject('project_unknown');
  if (project !== undefined && project !== String(key.projectId) && project !== key.dsnProject)
    throw reject('project_mismatch');
  if (!key.enabled) throw reject('key_disabled');
}
