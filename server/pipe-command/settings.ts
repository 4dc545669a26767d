/** What `tandem pipe` was told, by options and by the environment; options win. Names the same server as an SDK's DSN. */
import { hostname } from 'node:os';
import { parseArgs } from 'node:util';

export const USAGE = `Usage: myapp 2>&1 | tandem pipe [options]

Sends each line to Tandem and passes it on to its own output.

  --url URL           address of Tandem (TANDEM_URL)
  --key KEY           ingest key (TANDEM_KEY)
  --dsn DSN           both in one, as SDKs have it (SENTRY_DSN)
  --service NAME      what the program is called
  --environment NAME  production, staging …
  --release NAME      its version
  --host NAME         default: the name of this machine
  --quiet             pass nothing on
  --no-join           leave the lines of a stack trace apart`;

export interface Settings {
  /** Null: it was not said, or cannot be used; `problem` tells. */
  target: { url: URL; key: string } | null;
  problem: string;
  isQuiet: boolean;
  joins: boolean;
}

/** The message is for the person at the keyboard. */
export class WrongUsage extends Error {}

export function readSettings(args: string[], environment: NodeJS.ProcessEnv): Settings {
  const values = parse(args);
  const settings: Settings = {
    target: null,
    problem: '',
    isQuiet: values.quiet ?? false,
    joins: !values['no-join'],
  };
  const named = values.url ?? values.key ?? environment.TANDEM_URL ?? environment.TANDEM_KEY;
  const dsn = values.dsn ?? (named === undefined ? environment.SENTRY_DSN : undefined);
  const found =
    dsn !== undefined
      ? fromDsn(dsn)
      : { address: values.url ?? environment.TANDEM_URL, key: values.key ?? environment.TANDEM_KEY };
  if (!found) return { ...settings, problem: 'the DSN is not of the form https://KEY@host/1' };
  const { address, key } = found;
  if (!address) return { ...settings, problem: 'say where to send to: --url, TANDEM_URL or --dsn' };
  if (!key) return { ...settings, problem: 'say the ingest key: --key, TANDEM_KEY or --dsn' };
  // It becomes a header, which takes no line breaks.
  if (!/^[\x21-\x7e]+$/.test(key))
    return { ...settings, problem: 'the ingest key has characters no key has' };
  const url = httpAddress(address);
  if (!url) return { ...settings, problem: `${address} is not an http address` };
  url.pathname = `${url.pathname.replace(/\/$/, '')}/ingest/jsonl`;
  for (const name of ['service', 'environment', 'release'] as const)
    if (values[name]) url.searchParams.set(name, values[name]);
  url.searchParams.set('host', values.host ?? hostname());
  return { ...settings, target: { url, key } };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ url: text, key: text, dsn: text, service: text, environment: text, release: text, host: text },
        ...{ quiet: flag, 'no-join': flag },
      },
    }).values;
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : '', { cause });
  }
}

/** `https://KEY@host/path/1`: the project is the last part of the path, and the key knows it already. */
function fromDsn(dsn: string): { address: string; key: string } | null {
  const url = httpAddress(dsn);
  if (!url?.username) return null;
  const key = decodeURIComponent(url.username);
  return { address: `${url.origin}${url.pathname.replace(/\/[^/]*\/?$/, '')}`, key };
}

function httpAddress(text: string): URL | null {
  const url = URL.parse(text);
  return url && /^https?:$/.test(url.protocol) ? url : null;
}
