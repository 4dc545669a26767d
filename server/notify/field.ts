/** The fields that settings of channels are made of: a schema, and what a form shows for it. */
import * as z from 'zod';
import type { ChannelField } from '#contract/channels.ts';
import type { ChannelKind, FieldMeta } from './channel.ts';

type Shown = Omit<FieldMeta, 'type' | 'charsMax'>;

const URL_CHARS_MAX = 2_000;
const TEXT_CHARS_MAX = 200;

const isWebAddress = (text: string) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
const ADDRESS_NEEDED = 'write it whole, with https://';

export const webAddress = (shown: Shown) =>
  z
    .string()
    .trim()
    .max(URL_CHARS_MAX)
    .refine(isWebAddress, ADDRESS_NEEDED)
    .meta({ ...shown, type: 'url', charsMax: URL_CHARS_MAX } satisfies FieldMeta);

/** An address by which anybody may post: who knows it needs no other credential. */
export const secretAddress = (shown: Shown) =>
  z
    .string()
    .trim()
    .max(URL_CHARS_MAX)
    .refine(isWebAddress, ADDRESS_NEEDED)
    .meta({ ...shown, type: 'secret', charsMax: URL_CHARS_MAX } satisfies FieldMeta);

export const secretText = (shown: Shown) =>
  z
    .string()
    .trim()
    .regex(/^[\x21-\x7e]+$/, 'no spaces, no letters beyond ASCII')
    .max(URL_CHARS_MAX)
    .meta({ ...shown, type: 'secret', charsMax: URL_CHARS_MAX } satisfies FieldMeta);

/** May be left empty. */
export const optionalSecret = (shown: Shown) =>
  z
    .string()
    .trim()
    .regex(/^[\x20-\x7e]*$/, 'no letters beyond ASCII')
    .max(URL_CHARS_MAX)
    .default('')
    .meta({ ...shown, type: 'secret', charsMax: URL_CHARS_MAX } satisfies FieldMeta);

export const text = (shown: Shown, charsMax = TEXT_CHARS_MAX) =>
  z
    .string()
    .trim()
    .min(1)
    .max(charsMax)
    .meta({ ...shown, type: 'text', charsMax } satisfies FieldMeta);

export const optionalText = (shown: Shown, charsMax = TEXT_CHARS_MAX) =>
  z
    .string()
    .trim()
    .max(charsMax)
    .default('')
    .meta({ ...shown, type: 'text', charsMax } satisfies FieldMeta);

export const longText = (shown: Shown, charsMax: number) =>
  z
    .string()
    .max(charsMax)
    .default('')
    .meta({ ...shown, type: 'long', charsMax } satisfies FieldMeta);

/** Of texts that each fulfil the schema; one a line. */
export const list = (each: z.ZodType<string>, itemsMax: number, shown: Shown) =>
  z
    .array(each)
    .min(1)
    .max(itemsMax)
    .meta({ ...shown, type: 'list', charsMax: itemsMax * TEXT_CHARS_MAX } satisfies FieldMeta);

/** What a form shows, in the order of the schema. */
export function fieldsOf({ settings }: Pick<ChannelKind, 'settings'>): ChannelField[] {
  return Object.entries(settings.shape).map(([name, schema]) => {
    const meta = schema.meta() as unknown as FieldMeta;
    return {
      name,
      label: meta.label,
      hint: meta.hint ?? '',
      type: meta.type,
      required: !schema.safeParse(undefined).success,
      placeholder: meta.placeholder ?? '',
      initial: meta.initial ?? '',
      charsMax: meta.charsMax,
    };
  });
}
