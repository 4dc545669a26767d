/**
 * Makes the stacks of events from generated JavaScript readable, with the artifacts of their project. The same for `process`,
 * which does it before an event is grouped and stored, and for a page that shows an event whose artifacts came later. What
 * is always true here: a frame is changed whole or not at all, an event whose frames cannot be resolved stays as it came,
 * and whoever waits for a map waits so long and no longer.
 */
import { LRUCache } from 'lru-cache';
import { debugIdOf, FILE_BYTES_MAX } from '#server/artifacts/artifacts.ts';
import {
  artifactsState,
  type FoundArtifact,
  findByDebugId,
  findByUrl,
  markUsed,
} from '#server/artifacts/find-artifact.ts';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import type { EventPayload, StackFrame, Stacktrace } from '#server/record/event.ts';
import type { FrameProblem, FrameReport } from '#server/record/symbolication.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { bytesOf, type CompiledMap } from './compiled-map.ts';
import { createCompiler } from './compiler.ts';
import { type MapInUse, type Original, originalFrame } from './original-frame.ts';

/**
 * Bytes of maps kept compiled. A map of 40 MB with its sources takes 90 of them, that of an ordinary page 5: one large
 * application, or some twenty.
 */
const MAPS_BYTES_MAX = 128 * 1024 * 1024;
/** Answers of look-ups that are kept, found or not, some 300 bytes each. They go with the next upload. */
const LOOK_UPS_MAX = 20_000;
/** Maps whose refusal is remembered: they are named by their content, which does not change. */
const REFUSED_MAX = 1_000;
/** Files of one event that are looked for, two statements each. The 50 frames an SDK sends lie in a dozen. */
const FILES_PER_EVENT_MAX = 64;
/** How long events wait for a map, from when the first asked: a map of 40 MB takes a second. */
const WAIT_MS = 5_000;
/** A map that was too slow is tried again after this, ms. */
const SLOW_AGAIN_MS = 60_000;

export interface Symbolicator {
  /** Knows of every upload that was answered before; asks once a project. */
  round(): Round;
  close(): Promise<void>;
}

export interface Round {
  /**
   * Changes the event's stacks where it can; the generated frames go to `raw_stacktrace`. Null at once when there is nothing
   * to do, which is most of the time. `explain`: also says why frames stay as they are.
   */
  symbolicate(
    project: number,
    event: EventPayload,
    options?: { explain: boolean },
  ): Promise<FrameReport[]> | null;
}

type LookUp = FoundArtifact | FrameProblem;
type Loaded = MapInUse | FrameProblem;
const isProblem = <T extends object>(found: T | FrameProblem): found is FrameProblem => 'code' in found;

export function createSymbolicator(deps: {
  db: MetadataDb;
  blobs: Pick<BlobStore, 'get'>;
  clock: Clock;
  log: Log;
  /** For tests. */
  mapsBytesMax?: number;
}): Symbolicator {
  const { db, blobs, clock, log, mapsBytesMax = MAPS_BYTES_MAX } = deps;
  const compiler = createCompiler();
  const lookUps = new LRUCache<string, LookUp>({ max: LOOK_UPS_MAX });
  const maps = new LRUCache<string, CompiledMap>({ maxSize: mapsBytesMax, sizeCalculation: bytesOf });
  const refused = new LRUCache<string, FrameProblem>({ max: REFUSED_MAX });
  const underWay = new Map<string, { since: number; answer: Promise<CompiledMap | FrameProblem> }>();

  async function compile(
    key: string,
    { map, generated }: FoundArtifact,
  ): Promise<CompiledMap | FrameProblem> {
    const answer = await compiler.compile({
      map: await blobs.get(map.blob),
      generated: generated && (await blobs.get(generated.blob)),
      bytesMax: FILE_BYTES_MAX,
    });
    if ('problem' in answer) {
      const ttl = answer.problem.code === 'source_map_slow' ? SLOW_AGAIN_MS : 0;
      refused.set(key, answer.problem, { ttl });
      return answer.problem;
    }
    const bytes = bytesOf(answer.compiled);
    if (bytes <= mapsBytesMax) {
      maps.set(key, answer.compiled);
      return answer.compiled;
    }
    const problem: FrameProblem = {
      code: 'source_map_too_large',
      detail: `it takes ${bytes} bytes of memory; at most ${mapsBytesMax} are used for all maps together`,
    };
    refused.set(key, problem);
    return problem;
  }

  /** The compiled map, at once when it is known. */
  function load(found: FoundArtifact): Loaded | Promise<Loaded> {
    const key = `${found.map.blob} ${found.generated?.blob ?? ''}`;
    const { url, bundle } = found.map;
    const inUse = (map: CompiledMap): MapInUse => ({ map, url });
    const known = maps.get(key);
    if (known) return inUse(known);
    const problem = refused.get(key);
    if (problem) return { ...problem, detail: `${url}: ${problem.detail}` };
    let job = underWay.get(key);
    if (!job) {
      const answer = compile(key, found).finally(() => underWay.delete(key));
      job = { since: performance.now(), answer };
      underWay.set(key, job);
      markUsed(db, bundle, clock.now()).catch((error) =>
        log.warn({ err: error }, 'the use of a bundle could not be written down'),
      );
    }
    const slow: FrameProblem = {
      code: 'source_map_slow',
      detail: `${url} is being read; look again in a moment`,
    };
    return withinMs(job.answer, job.since + WAIT_MS - performance.now(), slow).then(
      (answer) => (isProblem(answer) ? { ...answer, detail: `${url}: ${answer.detail}` } : inUse(answer)),
      (error: unknown) => {
        log.warn({ err: error }, 'a source map could not be read');
        return { code: 'source_map_invalid', detail: `${url} cannot be read from the disk` };
      },
    );
  }

  async function lookUp(
    project: number,
    state: string,
    event: EventPayload,
    frame: StackFrame,
  ): Promise<LookUp> {
    const debugId = debugIdOfFrame(event, frame);
    const { release = '', dist = '' } = event;
    const path = frame.abs_path ?? '';
    if (debugId === '' && release === '')
      return { code: 'file_unnamed', detail: `the event has neither a debug id for ${path} nor a release` };
    const key = JSON.stringify(debugId ? [project, state, debugId] : [project, state, release, dist, path]);
    const known = lookUps.get(key);
    if (known) return known;
    let found = debugId ? await findByDebugId(db, project, debugId) : null;
    // Uploaded without debug ids, though the build has them.
    if (release !== '' && (found === null || isProblem(found))) {
      const byUrl = await findByUrl(db, project, { release, dist }, path);
      if (found === null || !isProblem(byUrl)) found = byUrl;
    }
    lookUps.set(key, found!);
    return found!;
  }

  return {
    close: () => compiler.close(),
    round() {
      const states = new Map<number, Promise<string>>();
      const stateOf = (project: number) => {
        const known = states.get(project) ?? artifactsState(db, project);
        states.set(project, known);
        return known;
      };

      async function resolve(project: number, event: EventPayload, stacks: Stack[], explain: boolean) {
        const state = await stateOf(project);
        const reports: FrameReport[] = [];
        if (state === '') {
          if (explain)
            reports.push(
              ...stacks.flatMap((stack) => stack.frames.flatMap((at) => report(stack, at, NOTHING))),
            );
          return reports;
        }
        const loaded = new Map<string, Loaded>();
        // The frames nearest to the error first: they are the last to go without.
        for (const { trace, frames } of stacks)
          for (const at of frames.toReversed()) {
            const path = trace.frames[at]!.abs_path!;
            if (loaded.has(path)) continue;
            if (loaded.size >= FILES_PER_EVENT_MAX) {
              loaded.set(path, TOO_MANY);
              continue;
            }
            const found = await lookUp(project, state, event, trace.frames[at]!);
            loaded.set(path, isProblem(found) ? found : await load(found));
          }
        for (const stack of stacks) reports.push(...applyTo(stack, loaded));
        return reports;
      }

      return {
        symbolicate(project, event, { explain } = { explain: false }) {
          const stacks = generatedStacks(event);
          if (stacks.length === 0) return null;
          const sensible = (reports: FrameReport[]) =>
            reports.filter(({ exception, frame }) => !hasSource(event, exception, frame));
          return resolve(project, event, stacks, explain)
            .then(sensible)
            .catch((error: unknown) => {
              // The event is worth more than its names, which a page can still find.
              log.warn({ err: error, project }, 'the stacks of an event stay as they came');
              return [];
            });
        },
      };
    },
  };
}

const NOTHING: FrameProblem = {
  code: 'artifacts_missing',
  detail: 'no source maps were uploaded for this project',
};

const TOO_MANY: FrameProblem = {
  code: 'files_too_many',
  detail: `of one event ${FILES_PER_EVENT_MAX} files are looked for`,
};

interface Stack {
  /** Undefined: a thread's, of which nothing is reported. */
  exception: number | null | undefined;
  trace: Stacktrace;
  /** Positions of the frames to resolve. */
  frames: number[];
  /** Keeps the stack as it came. */
  keepRaw(frames: StackFrame[]): void;
}

function generatedStacks(event: EventPayload): Stack[] {
  const stacks: Stack[] = [];
  const add = (exception: Stack['exception'], trace: Stacktrace | undefined, keepRaw: Stack['keepRaw']) => {
    if (!trace) return;
    const frames = trace.frames.flatMap((frame, at) => (isGenerated(frame, event.platform) ? [at] : []));
    if (frames.length > 0) stacks.push({ exception, trace, frames, keepRaw });
  };
  for (const [at, value] of (event.exception?.values ?? []).entries())
    add(at, value.stacktrace, (frames) => {
      value.raw_stacktrace ??= { frames };
    });
  add(null, event.stacktrace, () => {});
  for (const thread of event.threads?.values ?? [])
    add(undefined, thread.stacktrace, (frames) => {
      thread.raw_stacktrace ??= { frames };
    });
  return stacks;
}

/** Paths of what was never uploaded: the engine's own, and text that was run. */
const NO_FILE = /^(?:$|<|\[|node:|native |eval at |blob:|data:|(?:chrome|moz|safari)(?:-web)?-extension:)/;

function isGenerated(frame: StackFrame, platform: string): boolean {
  return (
    platformFamily(frame.platform || platform) === 'javascript' &&
    frame.lineno !== undefined &&
    frame.data?.symbolicated !== true &&
    !NO_FILE.test(frame.abs_path ?? '') &&
    // Source as it was written, such as a server's: unless the build says otherwise.
    !/\/node_modules\/|\.tsx?$/.test(frame.abs_path ?? '')
  );
}

/** A server's SDK sends the source itself: such a frame lacks nothing. */
function hasSource(event: EventPayload, exception: number | null, frame: number): boolean {
  const trace = exception === null ? event.stacktrace : event.exception?.values[exception]?.stacktrace;
  return trace?.frames[frame]?.context_line !== undefined;
}

/** Images whose files are looked through for one path, as many as an event has. */
function debugIdOfFrame(event: EventPayload, { abs_path }: StackFrame): string {
  for (const image of event.debug_meta?.images ?? [])
    if (image.type === 'sourcemap' && image.code_file === abs_path) return debugIdOf(image.debug_id);
  return '';
}

function applyTo(stack: Stack, loaded: ReadonlyMap<string, Loaded>): FrameReport[] {
  const { trace, frames } = stack;
  const reports: FrameReport[] = [];
  const raw = trace.frames;
  const resolved = [...raw];
  const wanted = new Set(frames);
  let calledAs = '';
  let isChanged = false;
  for (const [at, frame] of raw.entries()) {
    const found = wanted.has(at) ? loaded.get(frame.abs_path!) : undefined;
    const original: Original | FrameProblem | undefined =
      found && (isProblem(found) ? found : originalFrame(frame, found, calledAs));
    calledAs = '';
    if (!original) continue;
    if (isProblem(original)) {
      reports.push(...report(stack, at, original));
      continue;
    }
    isChanged = true;
    resolved[at] = original.frame;
    calledAs = original.calls;
    if (original.problem) reports.push(...report(stack, at, original.problem));
  }
  if (isChanged) {
    stack.keepRaw(raw.map((frame) => ({ ...frame })));
    trace.frames = resolved;
  }
  return reports;
}

const report = ({ exception }: Stack, frame: number, problem: FrameProblem): FrameReport[] =>
  exception === undefined ? [] : [{ exception, frame, ...problem }];

function withinMs<Answer, Late>(answer: Promise<Answer>, ms: number, late: Late): Promise<Answer | Late> {
  if (ms <= 0) return Promise.resolve(late);
  let timer: NodeJS.Timeout;
  const limit = new Promise<Late>((resolve) => {
    timer = setTimeout(() => resolve(late), ms);
  });
  return Promise.race([answer, limit]).finally(() => clearTimeout(timer));
}
