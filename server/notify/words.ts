/**
 * A message in words, before any channel's grammar: what every channel says, in the order in which it is read. Titles, reasons,
 * facts and causes come from events and log records. Here they lose what no reader needs and some displays obey (control
 * characters, directions); escaping and cutting is each channel's.
 */
import type { Notification } from '#server/record/notification.ts';
import type { Collection, Message } from './channel.ts';

export type Tone = 'critical' | 'warning' | 'info' | 'resolved';

export interface Words {
  tone: Tone;
  /** One line, with its state in front. */
  title: string;
  /** One sentence; may be empty. */
  reason: string;
  facts: readonly { name: string; value: string }[];
  cause: { text: string; evidence: string; url: string } | null;
  /** Of a collection. */
  entries: readonly { tone: Tone; title: string; detail: string; url: string }[];
  /** `and 970 more`; empty: all are listed. */
  more: string;
  url: string;
  /** What the address leads to. */
  linkLabel: string;
}

/** `rule.id` of what people did to an issue, which no alert tells of. */
export const ACTIVITY = 'activity';

/** Entries of a collection that a message lists: a screen of a phone. */
export const ENTRIES_LISTED = 20;
/** Rules of a collection that it counts by name. */
export const RULES_LISTED = 10;

/** Of one notification: what is read in one look. */
const FACTS_MAX = 20;
/** Longer ones are whole where the link leads. */
const TITLE_CHARS_MAX = 500;
const SENTENCE_CHARS_MAX = 2_000;
const CAUSE_CHARS_MAX = 4_000;

export function wordsOf(message: Message): Words {
  return 'collection' in message
    ? wordsOfMany(message.collection, message.what)
    : wordsOfOne(message.notification, message.what === 'test');
}

function wordsOfOne(notification: Notification, isTest: boolean): Words {
  const { state, title, reason, cause, url, issue } = notification;
  const mark = isTest ? 'Test: ' : state === 'resolved' ? 'Resolved: ' : '';
  return {
    tone: toneOf(notification),
    title: cut(oneLine(mark + title), TITLE_CHARS_MAX),
    reason: sentence(reason),
    facts: factsOf(notification),
    cause: cause && {
      text: cut(plainText(cause.text), CAUSE_CHARS_MAX),
      evidence: sentence(cause.evidence),
      url: webUrl(cause.url),
    },
    entries: [],
    more: '',
    url: webUrl(url),
    linkLabel: issue ? `Open ${oneLine(issue.shortId)}` : 'Open in Tandem',
  };
}

/** Those of the alert first, then what every notification has, unless the alert says it in its own words. */
function factsOf({
  facts,
  project,
  rule,
  startedAt,
  endedAt,
}: Notification): { name: string; value: string }[] {
  const told = facts.map(({ name, value }) => ({ name: sentence(name), value: sentence(value) }));
  const add = (name: string, value: string) => {
    if (!told.some((fact) => fact.name.toLowerCase() === name.toLowerCase()))
      told.push({ name, value: sentence(value) });
  };
  // An activity happened; it neither began nor does a rule tell it.
  if (rule.id === ACTIVITY) {
    if (project) add('Project', project.name);
    return told;
  }
  add('Since', momentText(startedAt));
  if (endedAt !== null) add('Lasted', spanText(endedAt - startedAt));
  if (project) add('Project', project.name);
  add('Rule', rule.name);
  return told.filter(({ name, value }) => name !== '' && value !== '').slice(0, FACTS_MAX);
}

function wordsOfMany(collection: Collection, what: 'summary' | 'digest'): Words {
  const { total, firing, resolved, from, until, rules, moreRules, entries, url } = collection;
  const isActivity = entries.every(({ rule }) => rule.id === ACTIVITY);
  const states = [firing > 0 ? `${firing} firing` : '', resolved > 0 ? `${resolved} resolved` : ''].filter(
    Boolean,
  );
  const listed = entries.map((entry) => ({
    tone: toneOf(entry),
    title: cut(oneLine((entry.state === 'resolved' ? 'Resolved: ' : '') + entry.title), TITLE_CHARS_MAX),
    detail: sentence(entry.reason),
    url: webUrl(entry.url),
  }));
  const rest = total - listed.length;
  return {
    tone: firing > 0 ? (listed[0]?.tone ?? 'info') : 'resolved',
    title: `${what === 'digest' ? 'Digest' : 'Many at once'}: ${total} notifications${isActivity ? '' : `, ${states.join(', ')}`}`,
    reason:
      what === 'digest'
        ? `From ${momentText(from)} to ${momentText(until)}.`
        : `They came within ${spanText(until - from)}, so they are told in one message.`,
    facts: [
      ...rules.map(({ name, count }) => ({ name: oneLine(name), value: String(count) })),
      ...(moreRules > 0 ? [{ name: 'Other rules', value: String(moreRules) }] : []),
    ],
    cause: null,
    entries: listed,
    more: rest > 0 ? `and ${rest} more` : '',
    url: webUrl(url),
    linkLabel: `See all ${total}`,
  };
}

export const toneOf = ({ state, priority }: Pick<Notification, 'state' | 'priority'>): Tone =>
  state === 'resolved' ? 'resolved' : priority;

/** For displays that have colours; the dots are the same at every channel. */
export const TONES: Record<Tone, { dot: string; color: string }> = {
  critical: { dot: '🔴', color: '#d92d20' },
  warning: { dot: '🟠', color: '#dc6803' },
  info: { dot: '🔵', color: '#1570ef' },
  resolved: { dot: '🟢', color: '#079455' },
};

/** Control characters but line ends and tabs, and the marks that turn the direction of a text around. */
const UNSEEN = /(?![\t\n])\p{Cc}|[\u2028-\u202e\u2066-\u2069\ufeff]/gu;

/** Without what a display would obey instead of showing it. */
export const plainText = (text: string) =>
  text.toWellFormed().replaceAll('\r\n', '\n').replaceAll(UNSEEN, ' ').trim();

export const oneLine = (text: string) => plainText(text).replaceAll(/\s+/g, ' ');

const sentence = (text: string) => cut(oneLine(text), SENTENCE_CHARS_MAX);

/** In units of UTF-16, as the services count; never in the middle of a character. */
export function cut(text: string, charsMax: number): string {
  if (text.length <= charsMax) return text;
  const kept = text.slice(0, Math.max(charsMax - 1, 0));
  return `${kept.isWellFormed() ? kept : kept.slice(0, -1)}…`;
}

/** Cut in such a way that what escaping adds fits too. */
export function cutEscaped(text: string, charsMax: number, escaping: (text: string) => string): string {
  let kept = cut(text, charsMax);
  let escaped = escaping(kept);
  while (escaped.length > charsMax && kept.length > 1) {
    const room = Math.floor((kept.length * charsMax) / escaped.length);
    kept = cut(kept, Math.max(Math.min(room, kept.length - 1), 1));
    escaped = escaping(kept);
  }
  return escaped.length > charsMax ? '' : escaped;
}

/** Lines put together into texts of at most so many characters. */
export function inParts(lines: readonly string[], charsMax: number): string[] {
  const parts: string[] = [];
  for (const line of lines) {
    const last = parts.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= charsMax)
      parts[parts.length - 1] = `${last}\n${line}`;
    else parts.push(line);
  }
  return parts;
}

/** Whole and in a form that ends no link of any grammar; empty when it is no address of the web. */
export function webUrl(text: string): string {
  if (!URL.canParse(text)) return '';
  const { href, origin, protocol } = new URL(text);
  if ((protocol !== 'https:' && protocol !== 'http:') || !href.startsWith(origin)) return '';
  const rest = href
    .slice(origin.length)
    .replaceAll(
      /[|<>()[\]"'`\\*_~\s]/g,
      (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
    );
  return origin + rest;
}

/** `2026-11-23 11:07 UTC` */
export const momentText = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** `42 s`, `5 min`, `3 h 20 min`, `2 d 4 h` */
export function spanText(ms: number): string {
  const seconds = Math.max(Math.round(ms / 1_000), 0);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
