/**
 * Frames of the journal, prepared: what one batch is made of. Bounded in frames and bytes by who reads, and here in
 * what the frames hold, for 8 MiB can be half a million sessions. A frame that is no request is damage.
 */
import type { JournalDamage, JournalFrame, JournalPosition, JournalRead } from '#server/journal/contract.ts';
import { isBefore } from '#server/journal/segments.ts';
import { type AcceptedRequest, decodeAccepted } from '#server/record/accepted.ts';
import type { PlacedRequest } from './batch.ts';
import type { NoiseOf } from './noise/project-noise.ts';
import { countsOf, deadLetter, type Prepared, prepare } from './prepare.ts';
import { readableEvents } from './readable-events.ts';
import type { RulesOf } from './rules/project-rules.ts';
import type { StageClock } from './stage-clock.ts';
import type { Round } from './symbolicate/symbolicator.ts';

export interface Work {
  requests: PlacedRequest[];
  damages: JournalDamage[];
  /** Frames taken. */
  frames: number;
  /** Of those frames. */
  bytes: number;
  next: JournalPosition;
}

interface PrepareOptions {
  /** Where a frame lies that ended the thread whenever it was prepared; it is set aside unprepared. */
  killer?: JournalPosition | null;
  symbolication?: Round | null;
  /** The rules of a project as they are now. */
  rulesOf?: RulesOf;
  /** Its noise rules, as they are now. */
  noiseOf?: NoiseOf;
}

export async function prepareFrames(
  read: JournalRead,
  piecesMax: number,
  stages: StageClock,
  options: PrepareOptions = {},
): Promise<Work> {
  const work: Work = { requests: [], damages: [], frames: 0, bytes: 0, next: read.next };
  let pieces = 0;
  for (const frame of read.frames) {
    if (pieces > piecesMax) {
      work.next = frame.position;
      break;
    }
    const placed = await prepareFrame(frame, stages, options);
    if ('what' in placed) work.damages.push(placed);
    else {
      work.requests.push(placed);
      pieces += piecesOf(placed.prepared);
    }
    work.frames += 1;
    work.bytes += frame.bytes.byteLength;
  }
  work.damages.push(...read.damages.filter((damage) => isBefore(damage.position, work.next)));
  return work;
}

async function prepareFrame(
  frame: JournalFrame,
  stages: StageClock,
  { killer, symbolication, rulesOf, noiseOf }: PrepareOptions,
): Promise<PlacedRequest | JournalDamage> {
  const { position } = frame;
  let request: AcceptedRequest;
  try {
    request = decodeAccepted(frame.bytes);
  } catch (error) {
    return { ...frame, what: `the frame is not an accepted request: ${String(error)}` };
  }
  const isKiller = killer?.segment === position.segment && killer.offset === position.offset;
  if (isKiller)
    return { prepared: setAside(request, 'Processing died each time it came to this record.'), position };
  const events = symbolication ? await readableEvents(request, symbolication, stages) : undefined;
  return {
    prepared: prepare(request, stages, events, rulesOf?.(request.project), noiseOf?.(request.project)),
    position,
  };
}

function piecesOf({ request, sessions, logs, noise, spans, counts }: Prepared): number {
  const lines = logs.reduce((sum, { rows }) => sum + rows, 0);
  const spanLines = spans.reduce((sum, { rows, healthChecks }) => sum + rows + healthChecks.rows, 0);
  return request.records.length + sessions.length + lines + noise.length + spanLines + counts.length;
}

/** The same work with every record as a dead letter: for a frame that cannot be committed. */
export function asDeadLetters(work: Work, error: unknown): Work {
  return {
    ...work,
    requests: work.requests.map(({ prepared, position }) => ({
      prepared: setAside(prepared.request, error),
      position,
    })),
  };
}

/** Ledger lines are not set aside: they are sums, and nothing else says them. */
function setAside(request: AcceptedRequest, error: unknown): Prepared {
  const records = request.records.filter((record) => record.type !== 'counts');
  return {
    request,
    events: [],
    sessions: [],
    logs: [],
    noise: [],
    spans: [],
    attachments: [],
    checkIns: [],
    feedback: [],
    deadLetters: records.map((record) => deadLetter(request, record, error)),
    counts: request.records.filter((record) => record.type === 'counts').flatMap(countsOf),
  };
}
