/** Contexts: what the SDK knows of device, system, runtime and trace; browser and system from the User-Agent when it is silent. */
import Bowser from 'bowser';
import { RecentMap } from '#server/platform/recent-map.ts';
import type { EventPayload } from '#server/record/event.ts';
import { BOUNDS } from './bounds.ts';
import { isRecord, type Json, type Reader } from './reader.ts';

type Contexts = NonNullable<EventPayload['contexts']>;

export function readContexts(value: unknown, reader: Reader): Contexts {
  const contexts: Contexts = {};
  let left: number = BOUNDS.contexts;
  for (const [name, given] of Object.entries(reader.record(value, 'contexts') ?? {})) {
    if (name === '__proto__' || !reader.record(given, `contexts.${name}`)) continue;
    if (left-- === 0) {
      reader.note('too_many', 'contexts', `kept ${BOUNDS.contexts} contexts`);
      break;
    }
    const context = reader.dataRecord(given, `contexts.${name}`);
    if (context && Object.keys(context).length > 0) contexts[name] = context;
  }
  return contexts;
}

/** Parses take 18 µs; one or two thousand distinct agents cover a site's traffic. */
const parsedAgents = new RecentMap<string, Json>(1000);

/** Fills browser, os and device from the agent where the SDK did not say. */
export function addUserAgent(contexts: Contexts, userAgent: string | undefined): void {
  if (!userAgent || userAgent.length > 1024 || (contexts.browser && contexts.os)) return;
  let parsed = parsedAgents.get(userAgent);
  if (!parsed) {
    parsed = parseAgent(userAgent);
    parsedAgents.set(userAgent, parsed);
  }
  for (const name of ['browser', 'os', 'device'] as const) {
    const context = parsed[name];
    if (!contexts[name] && isRecord(context)) contexts[name] = { ...context };
  }
}

function parseAgent(userAgent: string): Json {
  const { browser, os, platform } = Bowser.parse(userAgent);
  const parsed: Json = {};
  if (browser.name) parsed.browser = withVersion(browser.name, browser.version);
  if (os.name) parsed.os = withVersion(os.name, os.version);
  if (platform.model || platform.vendor)
    parsed.device = {
      ...(platform.model && { model: platform.model }),
      ...(platform.vendor && { brand: platform.vendor }),
    };
  return parsed;
}

function withVersion(name: string, version: string | undefined): Json {
  return version ? { name, version } : { name };
}
