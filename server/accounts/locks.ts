/**
 * Locks of accounts for MetadataStore.transaction. They share the numbers of projects, which begin at 1.
 */

/** Held while better-auth's tables are made. */
export const AUTH_LOCK = -1;
/** Held by the first start, and while the owners of an organization change. */
export const MEMBERS_LOCK = 0;
