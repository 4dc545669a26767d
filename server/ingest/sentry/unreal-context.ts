/** CrashContext.runtime-xml of the Unreal Engine: flat elements with text, which become an event. */
import type { JsonObject } from './json.ts';
import { crashEvent } from './native-crash.ts';
import { eventOfFields } from './sentry-fields.ts';

export const CONTEXT_FILE = 'CrashContext.runtime-xml';

/** Real ones are some 20 KiB; the list of modules makes them long. */
const CONTEXT_BYTES_MAX = 1024 * 1024;
const PROPERTIES_MAX = 500;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** Without a context file only the crash itself is known. `users` is `UserID` of the address: `login|epic|machine`. */
export function unrealEvent(context: Buffer | undefined, users: string | null): JsonObject {
  const properties = readProperties(context);
  const { ErrorMessage: message, TimeOfCrash: ticks, UserName: username, ...rest } = properties;
  // What Sentry's plugin for the engine adds, an event as JSON.
  const { __sentry: added, ...unreal } = rest;
  const userId = users?.split('|').find((part) => part !== '') ?? properties.LoginId ?? properties.MachineId;
  const sent: JsonObject = {
    level: properties.IsEnsure === 'true' ? 'error' : 'fatal',
    ...(userId || username ? { user: { id: userId, username } } : {}),
    ...(message ? { exception: { values: [crashOf(message)] } } : {}),
    contexts: { unreal },
    ...eventOfFields(added ? [['sentry', added]] : []),
  };
  return crashEvent('unreal', sent, secondsOfTicks(ticks));
}

function crashOf(message: string): JsonObject {
  return { type: 'Unreal', value: message, mechanism: { type: 'unreal', handled: false, synthetic: true } };
}

/** Elements that hold only text, by name; the first of a name wins. */
function readProperties(context: Buffer | undefined): Record<string, string> {
  const xml = context?.toString('utf8', 0, CONTEXT_BYTES_MAX) ?? '';
  const properties = new Map<string, string>();
  for (const [, name, text] of xml.matchAll(/<([A-Za-z_][\w.]*)>([^<]*)<\/\1>/g)) {
    if (properties.size === PROPERTIES_MAX) break;
    if (text!.trim() !== '' && !properties.has(name!)) properties.set(name!, unescapeXml(text!.trim()));
  }
  properties.delete('__proto__');
  return Object.fromEntries(properties);
}

function unescapeXml(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hex, name) => {
    const code = decimal ? Number(decimal) : hex ? Number.parseInt(hex, 16) : Number.NaN;
    if (Number.isNaN(code)) return ENTITIES[name] ?? whole;
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** .NET ticks, 100 ns since the year 1, to seconds since 1970. */
function secondsOfTicks(ticks: string | undefined): number | undefined {
  const seconds = Number(ticks) / 1e7 - 62_135_596_800;
  return seconds > 0 ? seconds : undefined;
}
