/** Channels and deliveries in words. */
import type { ChannelTest, ChannelTiming, Delivery, PersonalEvent } from '#contract/channels.ts';
import type { Tone } from '#web/ui/badge.tsx';

export const DIGESTS: readonly { value: ChannelTiming['digest']; label: string }[] = [
  { value: 'immediately', label: 'At once' },
  { value: 'quarter_hourly', label: 'Every 15 minutes' },
  { value: 'hourly', label: 'Every hour' },
  { value: 'daily', label: 'Once a day' },
];

/** Empty: at once, which needs no words. */
export function timingWords({ digest, at, timeZone }: ChannelTiming): string {
  if (digest === 'immediately') return '';
  const label = DIGESTS.find(({ value }) => value === digest)!.label.toLowerCase();
  return digest === 'daily' ? `${label} at ${at} ${timeZone}` : label;
}

const STATUS: Record<Delivery['status'], { word: string; tone: Tone }> = {
  sending: { word: 'Waiting', tone: 'warn' },
  delivered: { word: 'Delivered', tone: 'good' },
  failed: { word: 'Not delivered', tone: 'danger' },
};
export const statusLook = (status: Delivery['status']) => STATUS[status];

const WHAT: Record<Delivery['what'], string> = {
  notification: '',
  summary: 'many at once',
  digest: 'digest',
  test: 'test',
};
export const whatWords = (what: Delivery['what']) => WHAT[what];

/** `200 ok`; an answer without words is its status alone. */
export const answerWords = (status: number | null, answer: string): string =>
  [status === null ? '' : String(status), answer].filter(Boolean).join(' ') || 'no answer';

export const testWords = ({ isDelivered, status, answer, tookMs }: ChannelTest): string =>
  `${isDelivered ? 'Delivered' : 'Not delivered'} after ${tookMs} ms. Answer: ${answerWords(status, answer)}`;

export const PERSONAL_EVENTS: readonly { value: PersonalEvent; label: string }[] = [
  { value: 'assigned', label: 'an issue is assigned to you or your team' },
  { value: 'mentioned', label: 'somebody mentions you' },
  { value: 'commented', label: 'somebody comments' },
  { value: 'regressed', label: 'an issue that was resolved is back' },
  { value: 'resolved', label: 'an issue is resolved' },
];
