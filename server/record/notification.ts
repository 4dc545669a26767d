/**
 * What people are told when an alert rule fires or is resolved, before anybody knows how: alerts write it, every channel
 * words it its own way. Its texts come from events and log records: hostile input, escaped by each channel.
 */

export interface Notification {
  /** Of one state of one firing: sent again under the same id, it is delivered once to each channel. */
  id: string;
  organizationId: string;
  /** Null: a rule over several projects. */
  project: { id: number; slug: string; name: string } | null;
  rule: { id: string; name: string };
  /** The same for all that is told of one firing: dedup_key, thread, fingerprint of the channels that have one. */
  firingKey: string;
  state: 'firing' | 'resolved';
  priority: 'critical' | 'warning' | 'info';
  /** What broke, in one line: `New issue: PaymentError: gateway answered 503`. */
  title: string;
  /** Why the rule fired, in one sentence: `50 users in the last hour`. */
  reason: string;
  /** Milliseconds since 1970. */
  startedAt: number;
  /** Null: it goes on. */
  endedAt: number | null;
  /** Who is affected, since when, the release ...: in the order in which they are read. */
  facts: readonly NotificationFact[];
  /** The log line or span that was marked as the likely cause, with its evidence in words; null when there is none. */
  cause: { text: string; evidence: string; url: string } | null;
  issue: { id: string; shortId: string } | null;
  /** Where one looks next. */
  url: string;
  /** What it was grouped by, and names for those who route by them. */
  labels: Readonly<Record<string, string>>;
}

export interface NotificationFact {
  name: string;
  value: string;
}
