/**
 * Which frames of a stack are shown and which are folded away. A person reads their own code; what libraries did
 * in between is one line until asked for. The frame that threw is always shown, whoever wrote it, and a recursion
 * is one frame with a count.
 */
import type { Frame } from './payload.ts';

export interface FrameRow {
  kind: 'frame';
  frame: Frame;
  /** Place in the stack as sent, oldest first: a stable key. */
  index: number;
  /** How many identical calls in a row this row stands for. */
  times: number;
}

export interface FoldRow {
  kind: 'fold';
  rows: FrameRow[];
  /** Calls behind the fold, recursion counted. */
  calls: number;
  /** Up to three names of libraries in it. */
  libraries: string[];
}

/** One library frame between two of ours says where the call went; only from two on they are folded. */
const FOLD_MIN = 2;
/** Of a stack without any frame of ours, as many of the newest are shown as fit a glance. */
const UNKNOWN_SHOWN = 8;
const LIBRARIES_SHOWN = 3;

/** Newest call first. */
export function foldFrames(frames: readonly Frame[], view: 'app' | 'all'): (FrameRow | FoldRow)[] {
  const rows = collapseRecursion(frames);
  if (view === 'all') return rows;
  if (!rows.some((row) => row.frame.inApp))
    return rows.length <= UNKNOWN_SHOWN + 1
      ? rows
      : [...rows.slice(0, UNKNOWN_SHOWN), fold(rows.slice(UNKNOWN_SHOWN))];

  const shown: (FrameRow | FoldRow)[] = [];
  let waiting: FrameRow[] = [];
  const flush = () => {
    if (waiting.length >= FOLD_MIN) shown.push(fold(waiting));
    else shown.push(...waiting);
    waiting = [];
  };
  rows.forEach((row, place) => {
    if (!row.frame.inApp && place > 0) {
      waiting.push(row);
      return;
    }
    flush();
    shown.push(row);
  });
  flush();
  return shown;
}

/** The row to open at first: the newest frame of ours that has something to show, else the newest that has. */
export function frameToOpen(rows: readonly (FrameRow | FoldRow)[]): number | null {
  const candidates = rows.filter((row): row is FrameRow => row.kind === 'frame' && hasDetail(row.frame));
  return (candidates.find((row) => row.frame.inApp) ?? candidates[0])?.index ?? null;
}

export const hasDetail = (frame: Frame) => frame.context.length > 0 || frame.vars.length > 0;

function collapseRecursion(frames: readonly Frame[]): FrameRow[] {
  const rows: FrameRow[] = [];
  for (let index = frames.length - 1; index >= 0; index -= 1) {
    const frame = frames[index];
    if (!frame) continue;
    const last = rows.at(-1);
    if (last && isSameCall(last.frame, frame)) last.times += 1;
    else rows.push({ kind: 'frame', frame, index, times: 1 });
  }
  return rows;
}

/** Two calls of which nothing is known are not the same call. */
const isSameCall = (a: Frame, b: Frame) =>
  (a.address !== '' || (a.function !== '' && a.line !== null)) &&
  a.function === b.function &&
  a.filename === b.filename &&
  a.module === b.module &&
  a.line === b.line &&
  a.address === b.address;

function fold(rows: FrameRow[]): FoldRow {
  const names = new Set(rows.map((row) => libraryOf(row.frame)).filter((name) => name !== ''));
  return {
    kind: 'fold',
    rows,
    calls: rows.reduce((sum, row) => sum + row.times, 0),
    libraries: [...names].slice(0, LIBRARIES_SHOWN),
  };
}

/** The name people know a library by, read from where its file lies. */
export function libraryOf(frame: Frame): string {
  const path = frame.absPath || frame.filename;
  const installed = /.*(?:node_modules|site-packages|dist-packages|gems|vendor)\/((?:@[^/]+\/)?[^/]+)/.exec(
    path,
  );
  if (installed?.[1]) return installed[1].replace(/\.py$/, '');
  if (path.startsWith('node:')) return 'node';
  if (/\/lib\/python[\d.]+\//.test(path)) return 'python';
  if (/^[a-z]\w*(\.\w+){2,}$/i.test(frame.module)) return frame.module.split('.').slice(0, 3).join('.');
  return frame.package.split('/').at(-1) ?? '';
}
