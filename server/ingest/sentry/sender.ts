/** What a request says of the program that sent it, apart from its records. */
import type { Decoded, IngestRequest } from '#server/ingest/protocol.ts';
import { clientOf } from './credentials.ts';
import { isObject, textOf } from './json.ts';

type Sender = Pick<Decoded['request'], 'userAgent' | 'sdk'>;

/** SDK names and versions are a few words; more is not one. */
const SDK_TEXT_CHARS_MAX = 128;

/** The SDK from the envelope header, else from `sentry_client` (`name/version`). */
export function senderOf(request: IngestRequest, sdk?: unknown): Sender {
  return { userAgent: request.headers['user-agent'], sdk: readSdk(sdk) ?? readClient(clientOf(request)) };
}

function readSdk(sdk: unknown): Sender['sdk'] {
  if (!isObject(sdk)) return undefined;
  const name = textOf(sdk.name)?.slice(0, SDK_TEXT_CHARS_MAX);
  return name === undefined
    ? undefined
    : { name, version: textOf(sdk.version)?.slice(0, SDK_TEXT_CHARS_MAX) };
}

function readClient(client: string | undefined): Sender['sdk'] {
  if (client === undefined) return undefined;
  const slash = client.indexOf('/');
  return readSdk(
    slash === -1 ? { name: client } : { name: client.slice(0, slash), version: client.slice(slash + 1) },
  );
}
