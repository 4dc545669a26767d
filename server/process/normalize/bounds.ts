/**
 * How large each part of a stored event may be. A part beyond its bound is cut, and the event says so
 * (`errors` of the payload). The numbers follow what Sentry keeps, so that people who migrate see the same;
 * where Sentry cuts harder we keep more, since the payload column compresses 6 to 10 times.
 */
export const BOUNDS = {
  /** Characters of a message or an exception's value. */
  messageChars: 8192,
  /** Characters of the plain one-line fields: release, environment, transaction, logger, ... */
  fieldChars: 250,
  /** Tags on one event, and characters of a key and a value. */
  tags: 200,
  tagKeyChars: 200,
  tagValueChars: 200,
  /** Frames of one stack: the outermost and innermost are kept, since the middle is where recursion sits. */
  frames: 250,
  /** Frames of all stacks of an event together (a thousand threads would otherwise be the whole payload). */
  framesOfEvent: 5000,
  /** Characters of one source line; minified bundles have one line of megabytes. */
  contextLineChars: 500,
  /** Source lines before and after the line of a frame. */
  contextLines: 30,
  /** Local variables of one frame. */
  vars: 100,
  /** Exceptions of one chain or group. */
  exceptions: 50,
  threads: 256,
  /** The newest are kept. */
  breadcrumbs: 100,
  /** Depth and characters of free-form data (extra, contexts, vars, breadcrumb data). */
  dataDepth: 8,
  dataChars: 8192,
  /** Entries of one free-form object or list. */
  dataEntries: 200,
  /** Nodes of free-form data in one event, all together. */
  dataNodes: 20_000,
  headers: 100,
  contexts: 50,
  modules: 2000,
  images: 1000,
  /** Notes about cuts on one event; further cuts are made without a note. */
  problems: 50,
} as const;

/** Days into the past a sender's time is believed; older events are shown at the time they were received. */
export const PAST_DAYS_MAX = 30;
/** Milliseconds into the future a sender's time is believed. */
export const FUTURE_MS_MAX = 60_000;
/** Below this a difference between sent_at and our clock is the network's, not the clock's. Source: Relay. */
export const CLOCK_DRIFT_MS_MIN = 55_000;
