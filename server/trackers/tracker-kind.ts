/** What a kind of tracker knows: how its addresses are written, and how its API is asked. */

export interface TrackerIssue {
  url: string;
  /** `acme/shop#12`, `SHOP-12`. */
  name: string;
  title: string;
  state: string;
}

/** A call under the tracker's credential; the answer is JSON of a success. */
export type Ask = (method: 'GET' | 'POST', path: string, body?: unknown) => Promise<unknown>;

export interface NewTrackerIssue {
  /** `acme/shop`, `SHOP`. */
  target: string;
  title: string;
  body: string;
  issueType: string;
}

export interface TrackerKind {
  /** Where the API begins, of the address people look at. */
  apiOf(url: string): string;
  headers(credential: { account: string; secret: string }): Record<string, string>;
  /** Asks who the credential is: throws what `ask` throws when it is no good. */
  check(ask: Ask): Promise<unknown>;
  /** Which issue an address is, by what stands after the tracker's own; null: it is none. */
  read(path: string): unknown | null;
  /** `which`: as `read` tells. */
  find(ask: Ask, which: unknown): Promise<TrackerIssue>;
  create(ask: Ask, issue: NewTrackerIssue, url: string): Promise<TrackerIssue>;
}
