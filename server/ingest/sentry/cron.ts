/**
 * `/api/:project/cron/:slug/` and `/api/:project/cron/:slug/:key/`: check-ins by curl, without an SDK. The query
 * has status, check_in_id, duration and environment; a POST may carry the same and `monitor_config` as JSON.
 * Source: https://docs.sentry.io/product/crons/getting-started/http/.
 */
import type { Decoded, IngestRequest, Route } from '#server/ingest/protocol.ts';
import { readMonitorConfig } from '#server/record/monitor-config.ts';
import { reject } from '#server/record/rejections.ts';
import { answerEmpty } from './answers.ts';
import { requireCheckIn } from './check-in.ts';
import { holds, keep } from './contents.ts';
import { credentialsOf } from './credentials.ts';
import { readEventId } from './event-id.ts';
import { type JsonObject, readJsonObject } from './json.ts';
import { CHECK_IN_BYTES_MAX } from './limits.ts';
import { senderOf } from './sender.ts';

export const cronRoutes: Route[] = (['GET', 'POST'] as const).flatMap((method) =>
  ['/api/:project/cron/:slug/', '/api/:project/cron/:slug/:key/'].map((path) => ({
    method,
    path,
    bodyBytesMax: CHECK_IN_BYTES_MAX,
    credentials: (request: IngestRequest) => credentialsOf(request),
    holds: holds('check_in'),
    decode: decodeCron,
    answer: answerEmpty,
  })),
);

function decodeCron(request: IngestRequest): Decoded {
  const checkIn: JsonObject = {
    ...readBody(request.body),
    ...readQuery(request.query),
    monitor_slug: request.params.slug,
  };
  requireCheckIn(checkIn);
  requireConfig(checkIn.monitor_config);
  // Without an id the check-in is about the latest one in progress, which all zeros say.
  checkIn.check_in_id = readEventId(checkIn.check_in_id) ?? '0'.repeat(32);
  const payload = Buffer.from(JSON.stringify(checkIn));
  return { request: { ...senderOf(request), records: [keep('check_in', 'check_in', payload)] }, counts: [] };
}

/** A person wrote it and reads the answer. What an SDK sends is taken, and its page says what is wrong with it. */
function requireConfig(config: unknown): void {
  if (config === undefined || config === null) return;
  const { problems } = readMonitorConfig(JSON.stringify(config));
  if (problems.length > 0) throw reject('check_in_invalid', `monitor_config: ${problems.join('; ')}`);
}

/** curl users post forms and empty bodies by accident: only what begins as an object is JSON. */
function readBody(body: Buffer): JsonObject {
  return body.toString('latin1', 0, 64).trimStart().startsWith('{') ? readJsonObject(body).value : {};
}

function readQuery(query: URLSearchParams): JsonObject {
  const checkIn: JsonObject = {};
  for (const name of ['status', 'check_in_id', 'environment', 'release'])
    if (query.has(name)) checkIn[name] = query.get(name);
  const duration = query.get('duration');
  if (duration !== null) {
    checkIn.duration = Number(duration);
    if (!Number.isFinite(checkIn.duration))
      throw reject('check_in_invalid', 'duration is not a number of seconds');
  }
  return checkIn;
}
