/**
 * Fingerprints: what a sender, or a built-in rule, says should decide the group. Constants are hashed as they
 * stand; `{{ name }}` is filled from the event; `{{ default }}` stands for what grouping finds by itself.
 * Part of grouping v1, frozen.
 */
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingContext } from './context.ts';
import { crashFrame } from './crash-frame.ts';
import { allMessages, type Messages } from './messages.ts';
import { strip } from './text.ts';

export const DEFAULT = '{{ default }}';

export interface Fingerprint {
  /** Variables filled in; `DEFAULT` marks the place of the default grouping. */
  values: string[];
  /** Who says so: the sender, a built-in rule, or a rule of the project. */
  by: 'sender' | 'built-in' | 'project';
  /** The rule of the project as written. */
  rule?: string;
}

/** Nothing when the default grouping alone decides. */
export function fingerprintOf(
  event: EventPayload,
  { messages, rules }: GroupingContext,
): Fingerprint | undefined {
  const own = rules?.fingerprint(event);
  const builtIn = own ? undefined : builtInFingerprint(event);
  const given = own?.fingerprint ?? builtIn ?? event.fingerprint ?? [];
  const by = own ? 'project' : builtIn ? 'built-in' : 'sender';
  if (given.length === 0 || (given.length === 1 && variableName(given[0]!) === 'default')) return undefined;
  const texts = allMessages(event);
  const values = given.map((entry) => {
    const name = variableName(entry);
    if (name === 'default') return DEFAULT;
    if (name !== undefined) return variable(name, event, messages);
    // A constant that repeats a message varies like the message.
    return texts.has(entry) ? messages.parameterized(entry) : entry;
  });
  return { values, by, ...(own ? { rule: own.text } : {}) };
}

function variableName(entry: string): string | undefined {
  return /^\{\{\s*(\S+)\s*\}\}$/.exec(entry)?.[1];
}

/** What a variable stands for; a missing value is named, so that it does not disappear in the hash. */
function variable(name: string, event: EventPayload, messages: Messages): string {
  const last = event.exception?.values.at(-1);
  switch (name) {
    case 'transaction':
      return event.transaction || '<no-transaction>';
    case 'message': {
      const text = event.logentry?.formatted || event.logentry?.message || last?.value;
      return text ? messages.parameterized(text) : '<no-message>';
    }
    case 'type':
    case 'error.type':
      return last?.type || '<no-type>';
    case 'value':
    case 'error.value':
      return last?.value || '<no-value>';
    case 'function':
    case 'stack.function':
      return crashFrame(event)?.function || '<no-function>';
    case 'path':
    case 'stack.abs_path': {
      const frame = crashFrame(event);
      return frame?.abs_path || frame?.filename || '<no-abs-path>';
    }
    case 'stack.filename': {
      const frame = crashFrame(event);
      return frame?.filename || frame?.abs_path || '<no-filename>';
    }
    case 'module':
    case 'stack.module':
      return crashFrame(event)?.module || '<no-module>';
    case 'package':
    case 'stack.package':
      return crashFrame(event)?.package?.split(/[/\\]/).at(-1) || '<no-package>';
    case 'level':
      return event.level || '<no-level>';
    case 'logger':
      return event.logger || '<no-logger>';
  }
  if (!name.startsWith('tags.')) return `<unrecognized-variable-${name}>`;
  const tag = name.slice('tags.'.length);
  return tagValue(event, tag) ?? `<no-value-for-tag-${tag}>`;
}

/** A title that a rule of the project gives: its variables filled in. */
export function filledIn(text: string, event: EventPayload, { messages }: GroupingContext): string {
  return text.replace(/\{\{\s*(\S+?)\s*\}\}/g, (_, name: string) => variable(name, event, messages));
}

/** The transaction counts as a tag of that name. */
function tagValue(event: EventPayload, tag: string): string | undefined {
  if (tag === 'transaction' && event.transaction) return event.transaction;
  return event.tags.find(([key]) => key === tag)?.[1];
}

/** Errors of deployments rather than of code, told apart by their texts alone. */
const HYDRATION_MESSAGES = new Set(
  [
    'Hydration failed because the initial UI does not match what was rendered on the server.',
    'The server could not finish this Suspense boundary, likely due to an error during server rendering. Switched to client rendering.',
    'There was an error while hydrating this Suspense boundary. Switched to client rendering.',
    'There was an error while hydrating. Because the error happened outside of a Suspense boundary, the entire root will switch to client rendering.',
    'Text content does not match server-rendered HTML.',
  ].map((text) => text.toLowerCase()),
);

function builtInFingerprint(event: EventPayload): string[] | undefined {
  if (platformFamily(event.platform) !== 'javascript') return undefined;
  const exceptions = event.exception?.values ?? [];
  const values = exceptions.map(({ value }) => strip(value ?? '').toLowerCase());
  // Webpack could not load a part of the program: a new deployment took the old files away.
  if (
    exceptions.some(({ type }) => type === 'ChunkLoadError') ||
    values.some((value) => value.startsWith('chunkloaderror'))
  )
    return ['chunkloaderror'];
  const message = strip(event.logentry?.formatted ?? '').toLowerCase();
  if (tagValue(event, 'transaction') && [message, ...values].some((text) => HYDRATION_MESSAGES.has(text)))
    return ['hydrationerror', '{{ tags.transaction }}'];
  return undefined;
}
