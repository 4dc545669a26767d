/** The event of a native crash whose stack is only in an attachment: a minidump or Apple's crash report. */
import { isObject, type JsonObject } from './json.ts';

export type CrashSource = 'minidump' | 'applecrashreport' | 'unreal';

const TITLES: Readonly<Record<CrashSource, [type: string, value: string]>> = {
  minidump: ['Minidump', 'A native program crashed; its minidump is attached.'],
  applecrashreport: ['AppleCrashReport', 'A native program crashed; its crash report is attached.'],
  unreal: ['Unreal', 'An Unreal Engine program crashed; its report is attached.'],
};

/** What the reporter said, completed by what the file itself says. The reporter wins, except that the platform is native. */
export function crashEvent(
  source: CrashSource,
  sent: JsonObject,
  timestamp: number | undefined,
  file: JsonObject = {},
): JsonObject {
  const [type, value] = TITLES[source];
  const unread = { values: [{ type, value, mechanism: { type: source, handled: false, synthetic: true } }] };
  const contexts = { ...objectOf(file.contexts), ...objectOf(sent.contexts) };
  return {
    level: 'fatal',
    timestamp,
    ...file,
    ...sent,
    ...(Object.keys(contexts).length > 0 && { contexts }),
    platform: 'native',
    exception: hasException(sent.exception) ? sent.exception : (file.exception ?? unread),
  };
}

const objectOf = (value: unknown): JsonObject => (isObject(value) ? value : {});

function hasException(exception: unknown): boolean {
  const values = isObject(exception) ? exception.values : exception;
  return Array.isArray(values) && values.length > 0;
}

/** `MDMP`, or backwards where the crashed machine was big-endian. */
export function isMinidump(bytes: Buffer): boolean {
  const magic = bytes.toString('latin1', 0, 4);
  return magic === 'MDMP' || magic === 'PMDM';
}

/**
 * When the dump was written, in seconds since 1970: TimeDateStamp of MINIDUMP_HEADER, at byte 20.
 * https://learn.microsoft.com/windows/win32/api/minidumpapiset/ns-minidumpapiset-minidump_header
 */
export function minidumpTime(bytes: Buffer): number | undefined {
  if (bytes.length < 24 || !isMinidump(bytes)) return undefined;
  const seconds = bytes.toString('latin1', 0, 4) === 'MDMP' ? bytes.readUInt32LE(20) : bytes.readUInt32BE(20);
  return seconds === 0 ? undefined : seconds;
}
