/** Ways out for notifications: e-mail, chats, incident tools, webhooks. Which kinds there are, and what each wants to know, is told by the server. */
import * as z from 'zod';
import { time } from './time.ts';

/** One thing that a kind of channel wants to know; a form has a field for each, in this order. */
export const ChannelField = z.object({
  name: z.string(),
  label: z.string(),
  /** Under the field, in a sentence. */
  hint: z.string(),
  /** `secret`: kept sealed and never told again; `list`: several values, one a line. */
  type: z.enum(['text', 'url', 'secret', 'list', 'long']),
  required: z.boolean(),
  placeholder: z.string(),
  initial: z.string(),
  charsMax: z.number(),
});
export type ChannelField = z.infer<typeof ChannelField>;

/** GET /api/v1/channel-kinds */
export const ChannelKind = z.object({
  kind: z.string(),
  label: z.string(),
  fields: z.array(ChannelField),
  /** False: each notification is a message of its own, as incident tools need it. */
  collapses: z.boolean(),
  /** What whoever runs the program has to do first; null: nothing. */
  unavailable: z.string().nullable(),
});
export type ChannelKind = z.infer<typeof ChannelKind>;
export const ChannelKinds = z.object({ items: z.array(ChannelKind) });
export type ChannelKinds = z.infer<typeof ChannelKinds>;

/** When messages go out. */
export const ChannelTiming = z.object({
  /** `daily`: at `at` in `timeZone`. */
  digest: z.enum(['immediately', 'quarter_hourly', 'hourly', 'daily']).default('immediately'),
  /** `09:00` */
  at: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/)
    .default('09:00'),
  timeZone: z.string().min(1).max(60).default('UTC'),
  /** Messages of one notification each within the window; what is more becomes one summary at its end. */
  stormAfter: z.number().int().min(1).max(1_000).default(10),
  stormWindowSeconds: z.number().int().min(10).max(3_600).default(60),
});
export type ChannelTiming = z.infer<typeof ChannelTiming>;

/** GET and POST /api/v1/channels ; GET, PATCH and DELETE /api/v1/channels/:id. Secrets are never told again. */
export const Channel = z.object({
  id: z.string(),
  kind: z.string(),
  name: z.string(),
  /** By name of the field; a secret is its last four characters, or empty. */
  settings: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  /** Secrets that are set. */
  secretsSet: z.array(z.string()),
  timing: ChannelTiming,
  /** Nothing is sent while it is. */
  paused: z.boolean(),
  /** Notifications that are not sent yet. */
  waiting: z.number(),
  lastDeliveredAt: time.nullable(),
  /** Since when nothing could be delivered; null: it works, or nothing was tried. */
  failingSince: time.nullable(),
  lastProblem: z.string(),
});
export type Channel = z.infer<typeof Channel>;
export const ChannelList = z.object({ items: z.array(Channel) });
export type ChannelList = z.infer<typeof ChannelList>;

const Settings = z.record(
  z.string().max(60),
  z.union([z.string().max(20_000), z.array(z.string().max(1_000)).max(100)]),
);
export const ChannelRequest = z.object({
  kind: z.string().max(40),
  name: z.string().trim().min(1).max(100),
  settings: Settings,
  timing: ChannelTiming.partial().optional(),
});
export type ChannelRequest = z.infer<typeof ChannelRequest>;
/** Settings that are not named stay, secrets too. */
export const ChannelUpdate = z
  .object({
    name: z.string().trim().min(1).max(100),
    settings: Settings,
    timing: ChannelTiming.partial(),
    paused: z.boolean(),
  })
  .partial();
export type ChannelUpdate = z.infer<typeof ChannelUpdate>;

/** POST /api/v1/channels/:id/test : what the other side really answered. */
export const ChannelTest = z.object({
  isDelivered: z.boolean(),
  /** HTTP or SMTP status; null: there was no answer. */
  status: z.number().nullable(),
  answer: z.string(),
  tookMs: z.number(),
});
export type ChannelTest = z.infer<typeof ChannelTest>;

/** GET /api/v1/channels/:id/deliveries : what was sent, newest first. POST …/deliveries/:deliveryId/retry */
export const Delivery = z.object({
  id: z.string(),
  at: time,
  what: z.enum(['notification', 'summary', 'digest', 'test']),
  title: z.string(),
  /** Notifications in it. */
  notifications: z.number(),
  status: z.enum(['sending', 'delivered', 'failed']),
  attempts: z.number(),
  /** HTTP or SMTP status of the last answer; null: there was none. */
  answerStatus: z.number().nullable(),
  /** Its beginning. */
  answer: z.string(),
  nextTryAt: time.nullable(),
  deliveredAt: time.nullable(),
});
export type Delivery = z.infer<typeof Delivery>;
export const DeliveryList = z.object({ items: z.array(Delivery), nextCursor: z.string().nullable() });
export type DeliveryList = z.infer<typeof DeliveryList>;
export const DeliveryListQuery = z.object({
  cursor: z.string().max(40).optional(),
  limit: z.coerce.number().int().min(1).max(100).default(50),
});
export type DeliveryListQuery = z.input<typeof DeliveryListQuery>;

/** GET /api/v1/channels/:id/deliveries/:deliveryId : with the notifications that went in it, in order. */
export const DeliveryDetail = Delivery.extend({
  entries: z.array(
    z.object({
      title: z.string(),
      state: z.enum(['firing', 'resolved']),
      priority: z.enum(['critical', 'warning', 'info']),
      rule: z.string(),
      reason: z.string(),
      at: time,
      url: z.string(),
    }),
  ),
  /** Entries beyond those that are listed. */
  more: z.number(),
});
export type DeliveryDetail = z.infer<typeof DeliveryDetail>;

/** What people who follow an issue may be told of it. */
export const PERSONAL_EVENTS = ['assigned', 'mentioned', 'commented', 'regressed', 'resolved'] as const;
export type PersonalEvent = (typeof PERSONAL_EVENTS)[number];

/** GET and PUT /api/v1/personal-notifications : of oneself, by e-mail. */
export const PersonalNotifications = z.object({
  /** Empty: nothing. */
  events: z.array(z.enum(PERSONAL_EVENTS)).max(PERSONAL_EVENTS.length),
  timing: ChannelTiming.pick({ digest: true, at: true, timeZone: true }),
});
export type PersonalNotifications = z.infer<typeof PersonalNotifications>;
/** `email` null: this server sends no mail. */
export const PersonalNotificationsAnswer = PersonalNotifications.extend({ email: z.string().nullable() });
export type PersonalNotificationsAnswer = z.infer<typeof PersonalNotificationsAnswer>;
