/** What `tandem import` was told, by options and by the environment; options win. Tokens are better in the environment. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: tandem import --from URL --to URL [options]

Brings projects from Sentry, GlitchTip or Bugsink: issues with their state, newest events, releases and keys. Run it
again as often as you like: what is here already is not brought twice.

  --from URL          address of the tracker: https://sentry.io, https://sentry.example.com
  --from-token TOKEN  its token, which may read (SENTRY_AUTH_TOKEN)
  --kind KIND         sentry (and GlitchTip, and Tandem) or bugsink; found out when left away
  --org SLUG          organization there; Bugsink has none
  --project SLUG      project there; SLUG=OTHER: into the project OTHER here. Several times; left away: all
  --to URL            address of Tandem (TANDEM_URL)
  --token TOKEN       its token with project:admin (TANDEM_TOKEN)
  --events N          newest events of each issue, 0 to 1000; 10 when left away
  --keys              take the ingest keys too: programs that send with a DSN of the tracker are understood here
  --parallel N        issues read at once, 1 to 16; 4 when left away
  --patience SECONDS  how long to wait for a server that does not answer; 120 when left away
  --json              print the report as JSON`;

export interface Settings {
  from: { url: string; token: string };
  kind: 'sentry' | 'bugsink' | null;
  organization: string;
  /** Empty: all. */
  projects: { there: string; here: string | null }[];
  to: { url: string; token: string };
  eventsOfIssue: number;
  takesKeys: boolean;
  parallel: number;
  patienceMs: number;
  isJson: boolean;
}

/** The message is for the person at the keyboard. */
export class WrongUsage extends Error {}

export function readSettings(args: string[], environment: NodeJS.ProcessEnv): Settings {
  const values = parse(args);
  const kind = values.kind ?? null;
  if (kind !== null && kind !== 'sentry' && kind !== 'bugsink')
    throw new WrongUsage(`--kind is sentry (for GlitchTip too) or bugsink, not "${kind}".`);
  return {
    from: {
      url: address(values.from, 'Say where to import from: --from https://sentry.example.com'),
      token: token(
        values['from-token'] ?? environment.SENTRY_AUTH_TOKEN,
        'Say the token of the tracker: --from-token or SENTRY_AUTH_TOKEN.',
      ),
    },
    kind,
    organization: values.org ?? '',
    projects: (values.project ?? []).map((project) => {
      const [there = '', here] = project.split('=', 2);
      if (there === '' || here === '') throw new WrongUsage(`--project ${project} names no project.`);
      return { there, here: here ?? null };
    }),
    to: {
      url: address(values.to ?? environment.TANDEM_URL, 'Say where to import to: --to or TANDEM_URL.'),
      token: token(
        values.token ?? environment.TANDEM_TOKEN,
        'Say the token of Tandem: --token or TANDEM_TOKEN.',
      ),
    },
    eventsOfIssue: whole('events', values.events, 10, 0, 1000),
    takesKeys: values.keys ?? false,
    parallel: whole('parallel', values.parallel, 4, 1, 16),
    patienceMs: whole('patience', values.patience, 120, 0, 86_400) * 1000,
    isJson: values.json ?? false,
  };
}

const text = { type: 'string' } as const;
const flag = { type: 'boolean' } as const;

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ from: text, 'from-token': text, kind: text, org: text, to: text, token: text },
        ...{ events: text, parallel: text, patience: text, keys: flag, json: flag },
        project: { type: 'string', multiple: true },
      },
    }).values;
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : '', { cause });
  }
}

/** Without a slash at its end, a query or what `/api/0` people copy from documentation. */
function address(given: string | undefined, missing: string): string {
  if (!given) throw new WrongUsage(missing);
  const url = URL.parse(given);
  if (!url || !/^https?:$/.test(url.protocol)) throw new WrongUsage(`${given} is not an http address.`);
  if (url.username || url.password)
    throw new WrongUsage('An address has no password in it here; use a token.');
  return `${url.origin}${url.pathname.replace(/(\/api\/0)?\/*$/, '')}`;
}

/** It becomes a header, which takes no line breaks. */
function token(given: string | undefined, missing: string): string {
  const trimmed = given?.trim();
  if (!trimmed) throw new WrongUsage(missing);
  if (!/^[\x21-\x7e]+$/.test(trimmed))
    throw new WrongUsage('A token has no spaces and no letters beyond ASCII.');
  return trimmed;
}

function whole(
  name: string,
  given: string | undefined,
  otherwise: number,
  least: number,
  most: number,
): number {
  if (given === undefined) return otherwise;
  const number = Number(given);
  if (!Number.isInteger(number) || number < least || number > most)
    throw new WrongUsage(`--${name} is a whole number from ${least} to ${most}, not "${given}".`);
  return number;
}
