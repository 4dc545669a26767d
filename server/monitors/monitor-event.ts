/**
 * The event that tells of a failed check-in. It goes the way of every event, through the journal, so that it is
 * grouped, counted, shown and found like others: one issue for each monitor, whatever its environment.
 */
import type { AcceptedRequest } from '#server/record/accepted.ts';
import type { Failure } from './judge.ts';

export interface FailedCheckIn {
  project: number;
  slug: string;
  environment: string;
  release: string;
  failure: Failure;
  eventId: string;
  checkInId: string;
  traceId: string;
  /** When it was known to have failed, ms. */
  at: number;
  expectedAt: number | null;
  startedAt: number;
  durationMs: number | null;
  /** JSON as kept. */
  config: string;
}

const WORDS: Readonly<Record<Failure, string>> = {
  missed: 'missed check-in',
  error: 'failed check-in',
  timeout: 'timed-out check-in',
};

/** Ingest key of what the program itself has to say. */
const NO_KEY = 0;

export function eventOfFailure(failed: FailedCheckIn, now: number): AcceptedRequest {
  const { project, slug, environment, release, failure, eventId, traceId, at } = failed;
  const iso = (time: number | null) => (time === null ? undefined : new Date(time).toISOString());
  const event = {
    event_id: eventId,
    timestamp: at / 1000,
    platform: 'other',
    level: 'error',
    logger: 'monitor',
    environment,
    release: release || undefined,
    message: `Monitor ${slug}: ${WORDS[failure]}`,
    fingerprint: ['monitor', slug],
    tags: { 'monitor.slug': slug, 'monitor.failure': failure },
    contexts: {
      monitor: {
        slug,
        status: failure,
        check_in_id: failed.checkInId,
        expected: iso(failed.expectedAt),
        ...(failure === 'missed' ? {} : { started: iso(failed.startedAt) }),
        ...(failed.durationMs === null ? {} : { duration_ms: failed.durationMs }),
        config: JSON.parse(failed.config) as object,
      },
      ...(/^[0-9a-f]{32}$/.test(traceId) ? { trace: { trace_id: traceId } } : {}),
    },
  };
  return {
    project,
    key: NO_KEY,
    receivedAt: now,
    eventId,
    records: [{ type: 'event', kind: 'event', meta: {}, payload: Buffer.from(JSON.stringify(event)) }],
  };
}
