/**
 * What grouping decides about an event, and why. Kept with the event, shown on the issue page.
 * A hash is 32 lower-case hex, the same as Sentry's default strategy computes.
 */

/** One node of the tree of things that were looked at. */
export interface GroupingComponent {
  /** `exception`, `stacktrace`, `frame`, `function`, `context-line`, `message`, ... as Sentry names them. */
  id: string;
  /** A person's word for it. */
  name: string;
  contributes: boolean;
  /** Why it does or does not contribute: `ignored because the stacktrace contributes`. */
  hint?: string;
  /** Leaves hold the values that are hashed. */
  values: (string | GroupingComponent)[];
}

export interface GroupingVariant {
  /** `app`, `system`, `default`, `custom_fingerprint`, `built_in_fingerprint`, `checksum`, `fallback`. */
  key: string;
  /** Null when nothing in it contributes. */
  hash: string | null;
  contributes: boolean;
  hint?: string;
  component: GroupingComponent;
}

export interface GroupingResult {
  version: 'v1';
  /** All contributing hashes, the deciding one first. Never empty: the fallback has a constant hash. */
  hashes: string[];
  variants: GroupingVariant[];
  /** The fingerprint that was used, variables resolved; absent when it is the default. */
  fingerprint?: string[];
  /** The rule of the project that set it, as written. */
  fingerprintRule?: string;
}
