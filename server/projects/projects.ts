/** What is true of every project: its slug, its ingest keys, and the DSN that spells them for an SDK. */
import { randomBytes } from 'node:crypto';

/** Projects of one organization: the session lists them all. */
export const PROJECTS_MAX = 1_000;
/** Ingest keys of one project. */
export const KEYS_MAX = 100;
/** Characters of a slug, as in the contract. */
const SLUG_MAX = 50;

/** `http(s)://KEY@host[/path]/ID`: where an SDK sends. https://develop.sentry.dev/sdk/foundations/transport/authentication/ */
export function spellDsn(publicUrl: string, publicKey: string, projectId: number): string {
  const { protocol, host, pathname } = new URL(publicUrl);
  return `${protocol}//${publicKey}@${host}${pathname.replace(/\/+$/, '')}/${projectId}`;
}

/** 32 lower-case hex. Public by nature: it stands in web pages and only allows to send. */
export function newPublicKey(): string {
  return randomBytes(16).toString('hex');
}

/** `Café Shop №5` -> `cafe-shop-no5`. A name without a Latin letter becomes `project`. */
export function slugOf(name: string): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{Mark}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, SLUG_MAX)
    .replace(/^-+|-+$/g, '');
  if (/[a-z]/.test(slug)) return slug;
  return slug ? `project-${slug}`.slice(0, SLUG_MAX) : 'project';
}

/** The nth try for a slug when others are taken: `shop`, `shop-2`, `shop-3`, ... */
export function numberedSlug(slug: string, attempt: number): string {
  if (attempt === 1) return slug;
  const suffix = `-${attempt}`;
  return slug.slice(0, SLUG_MAX - suffix.length) + suffix;
}
