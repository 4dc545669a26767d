/** After a start: the errors stored last are known again, so that the other half of a pair is found. */
import type { RecentError, TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { LOG_SDK } from './log-event.ts';
import { twinFactsOf } from './twin-facts.ts';
import type { TwinWindow } from './twin-window.ts';

/** What was told by a log waits this long for its SDK, ms, at most; see STRONG_MS. */
const BACK_MS = 600_000;
/** Rows read: of a flood the newest are enough. */
const ROWS_MAX = 5_000;

export async function fillTwins(
  window: TwinWindow,
  telemetry: Pick<TelemetryStore, 'recentErrors'>,
  now: number,
): Promise<void> {
  const rows = await telemetry.recentErrors(now - BACK_MS, ROWS_MAX);
  for (const row of rows.toReversed()) {
    const facts = twinFactsOf(eventOf(row));
    if (!facts) continue;
    window.add({
      project: row.project_id,
      eventId: row.event_id,
      hash: row.grouping_hash,
      at: Number(row.at),
      trace: row.trace_id,
      request: row.request_id,
      user: row.user_id,
      environment: row.environment,
      facts,
      fromLog: row.sdk_name === LOG_SDK,
    });
  }
}

function eventOf({ exception_type: type, exception_value: value, frames }: RecentError) {
  return { exception: { values: [{ type, value, stacktrace: { frames } }] } };
}
