/**
 * The ingest key in the ways that all log protocols share: `Authorization: Bearer KEY`, Basic with the key as the
 * password, `ApiKey KEY`, and `?key=KEY` for senders that cannot set headers.
 */
import type { Credentials, IngestRequest } from './protocol.ts';

export function ingestKeyOf({ headers, query }: IngestRequest): Credentials {
  const [, scheme = '', value = ''] = /^(\S+)\s+(\S+)\s*$/.exec(headers.authorization ?? '') ?? [];
  const inHeader = keyIn(scheme.toLowerCase(), value);
  const inQuery = query.get('key');
  return { keys: [...(inHeader ? [inHeader] : []), ...(inQuery ? [inQuery] : [])] };
}

function keyIn(scheme: string, value: string): string {
  if (scheme === 'bearer') return value;
  if (scheme === 'basic') return afterColon(Buffer.from(value, 'base64').toString('utf8'));
  // Elasticsearch's clients write base64(id:key); people paste the key itself.
  if (scheme === 'apikey')
    return /^[0-9a-f]{32}$/i.test(value) ? value : afterColon(Buffer.from(value, 'base64').toString('utf8'));
  return '';
}

const afterColon = (pair: string) => pair.slice(pair.indexOf(':') + 1);
