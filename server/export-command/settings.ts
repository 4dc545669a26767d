/** What `tandem export` was told, by options and by the environment; options win. */
import { parseArgs } from 'node:util';

export const USAGE = `Usage: tandem export --project SLUG --to DIRECTORY [options]
       tandem export --verify DIRECTORY

Takes everything a project has away as files: compressed JSON lines, attachments as they came, and a manifest with counts
and SHA-256. Cut off, the same command goes on from there. --verify reads such a directory again and says whether it is
whole.

  --project SLUG      the project
  --to DIRECTORY      where to; made when it is not there
  --url URL           address of Tandem (TANDEM_URL)
  --token TOKEN       its token with project:admin and event:read (TANDEM_TOKEN)
  --logs FORMAT       jsonl or parquet, or none; jsonl when left away
  --patience SECONDS  how long to wait for a server that does not answer; 120 when left away`;

export interface ExportSettings {
  project: string;
  directory: string;
  url: string;
  token: string;
  logs: 'jsonl' | 'parquet' | 'none';
  patienceMs: number;
}

/** The message is for the person at the keyboard. */
export class WrongUsage extends Error {}

export function readSettings(
  args: string[],
  environment: NodeJS.ProcessEnv,
): { verify: string } | ExportSettings {
  const values = parse(args);
  if (values.verify !== undefined) return { verify: values.verify };
  const url = URL.parse(values.url ?? environment.TANDEM_URL ?? '');
  if (!url || !/^https?:$/.test(url.protocol))
    throw new WrongUsage('Say where Tandem is: --url or TANDEM_URL, an http address.');
  const token = (values.token ?? environment.TANDEM_TOKEN ?? '').trim();
  if (!/^[\x21-\x7e]+$/.test(token))
    throw new WrongUsage('Say the token of Tandem: --token or TANDEM_TOKEN.');
  const logs = values.logs ?? 'jsonl';
  if (logs !== 'jsonl' && logs !== 'parquet' && logs !== 'none')
    throw new WrongUsage(`--logs is jsonl, parquet or none, not "${logs}".`);
  const patience = Number(values.patience ?? 120);
  if (!(patience >= 0 && patience <= 86_400)) throw new WrongUsage('--patience is a number of seconds.');
  return {
    project: required(values.project, 'Say the project: --project SLUG'),
    directory: required(values.to, 'Say where to: --to DIRECTORY'),
    url: `${url.origin}${url.pathname.replace(/\/+$/, '')}`,
    token,
    logs,
    patienceMs: patience * 1000,
  };
}

function required(given: string | undefined, missing: string): string {
  if (!given) throw new WrongUsage(missing);
  return given;
}

const text = { type: 'string' } as const;

function parse(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        ...{ project: text, to: text, url: text, token: text, logs: text, patience: text, verify: text },
      },
    }).values;
  } catch (cause) {
    throw new WrongUsage(cause instanceof Error ? cause.message : '', { cause });
  }
}
