/**
 * The contract of a channel: what it wants to know, and how it says a message in its own grammar and within its own limits. A
 * channel knows no store, no retries and no other channel; it sends once and tells what the other side answered. Its settings
 * are a schema whose fields carry what a form needs, so that a new channel is one file and one line in channels.ts.
 */
import type * as z from 'zod';
import type { Notification } from '#server/record/notification.ts';

/** What is told in one piece. */
export type Message = MessageHead &
  (
    | { what: 'notification' | 'test'; notification: Notification }
    | { what: 'summary' | 'digest'; collection: Collection }
  );

interface MessageHead {
  /** The same at every try: for those on the other side who look whether they know it. */
  id: string;
  /** When it was made, milliseconds since 1970. */
  at: number;
}

/** Several notifications, counted exactly; the first of them by name. */
export interface Collection {
  total: number;
  firing: number;
  resolved: number;
  /** When the first and the last of them came. */
  from: number;
  until: number;
  /** How many of each rule, most first. */
  rules: readonly { name: string; count: number }[];
  /** Rules that are not listed. */
  moreRules: number;
  /** Those that are listed: the most pressing first. */
  entries: readonly Notification[];
  /** Where all of them are. */
  url: string;
}

export interface ChannelKind<Settings = Record<string, string | string[]>> {
  /** In the API and the store: never changes. */
  kind: string;
  label: string;
  settings: z.ZodType<Settings> & { shape: Record<string, z.ZodType> };
  /** False: each notification is an incident of its own, with a key; a summary would leave it open for ever. */
  collapses: boolean;
  /** Says the message once. Throws NotDelivered. */
  send(message: Message, settings: Settings, way: Way): Promise<Reply>;
}

/** What stands at a field of a schema, by `.meta()`; see ChannelField. */
export interface FieldMeta {
  label: string;
  type: 'text' | 'url' | 'secret' | 'list' | 'long';
  hint?: string;
  placeholder?: string;
  initial?: string;
  charsMax: number;
}

/** How a channel reaches the outside. */
export interface Way {
  post(request: { url: string; headers?: Record<string, string>; body: string }): Promise<HttpReply>;
  mail: Mail | null;
  now(): number;
}

export interface Mail {
  from: string;
  send(mail: OutgoingMail): Promise<Reply>;
}

export interface OutgoingMail {
  to: readonly string[];
  subject: string;
  text: string;
  html: string;
  messageId: string;
  /** Message id that all mails of one firing refer to; null: it stands alone. */
  thread: string | null;
  headers: Record<string, string>;
}

/** What the other side answered. */
export interface Reply {
  /** Of HTTP or SMTP; null: there was no answer. */
  status: number | null;
  text: string;
}

export interface HttpReply extends Reply {
  status: number;
  /** Lower case. */
  headers: Readonly<Record<string, string>>;
}

/** The other side did not take it. */
export class NotDelivered extends Error {
  readonly reply: Reply;
  /** Another try of the same message cannot help. */
  readonly isFinal: boolean;
  /** How long the other side asks to be left alone; null: it does not say. */
  readonly retryAfterMs: number | null;

  constructor(
    reply: Reply,
    {
      isFinal = false,
      retryAfterMs = null,
      cause,
    }: { isFinal?: boolean; retryAfterMs?: number | null; cause?: unknown } = {},
  ) {
    super(reply.text, { cause });
    this.reply = reply;
    this.isFinal = isFinal;
    this.retryAfterMs = retryAfterMs;
  }
}
