/**
 * What a file that came with an event is, as far as it may be looked at here. Names and content types are a
 * stranger's words: they decide what is offered. What is shown as a picture is decided by its bytes, from a list of
 * formats that hold pictures only: SVG is a program, and is downloaded.
 */
import type { Attachment } from '#contract/events.ts';

type Kind = Attachment['preview'];

const IMAGE_TYPE = /^image\/(?:png|jpe?g|gif|webp|avif|bmp)\b/i;
const IMAGE_NAME = /\.(?:png|jpe?g|gif|webp|avif|bmp)$/i;
const TEXT_TYPE = /^(?:text\/|application\/(?:xml|yaml|x-yaml|toml|x-ndjson|x-sh))/i;
const TEXT_NAME =
  /\.(?:txt|log|out|err|md|csv|tsv|xml|ya?ml|toml|ini|conf|cfg|ndjson|jsonl|sql|diff|patch|crash|ips)$/i;
/** Sentry's types of attachments whose content is text. */
const TEXT_ATTACHMENTS: ReadonlySet<string> = new Set([
  'event.applecrashreport',
  'unreal.logs',
  'unreal.context',
]);

export function previewOf(name: string, contentType: string, attachmentType: string): Kind {
  if (attachmentType === 'event.minidump') return null;
  if (attachmentType === 'event.view_hierarchy') return 'view_hierarchy';
  if (IMAGE_TYPE.test(contentType) || IMAGE_NAME.test(name)) return 'image';
  if (/^application\/(?:[\w.-]+\+)?json\b/i.test(contentType) || /\.json$/i.test(name)) return 'json';
  if (TEXT_ATTACHMENTS.has(attachmentType) || TEXT_TYPE.test(contentType) || TEXT_NAME.test(name))
    return 'text';
  return null;
}

/** Bytes of the beginning that tell every format below. */
export const IMAGE_HEAD_BYTES = 16;

/** The content type of a picture by its first bytes; null for everything else. */
export function imageTypeOf(head: Uint8Array): string | null {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const text = bytes.toString('latin1', 0, IMAGE_HEAD_BYTES);
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'image/png';
  if (text.startsWith('\xff\xd8\xff')) return 'image/jpeg';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'image/gif';
  if (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') return 'image/webp';
  if (text.slice(4, 12) === 'ftypavif') return 'image/avif';
  // BM, and a header of a length that there is.
  if (text.startsWith('BM') && [12, 40, 108, 124].includes(bytes.length >= 16 ? bytes.readUInt16LE(14) : 0))
    return 'image/bmp';
  return null;
}

/** Text in UTF-8, or in UTF-16 where it says so; null for what is no text. */
export function textOf(bytes: Buffer): string | null {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (isLittle || isBig) return new TextDecoder(isLittle ? 'utf-16le' : 'utf-16be').decode(bytes);
  if (bytes.subarray(0, 8_192).includes(0)) return null;
  return new TextDecoder('utf-8').decode(bytes);
}
