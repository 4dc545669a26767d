/**
 * Who sends: every place in a request of the Sentry protocol that can name an ingest key. All of them are
 * read, so that the door can insist that they agree. `sentry_secret` is what SDKs of before 2018 still send;
 * it is ignored. Source: https://develop.sentry.dev/sdk/foundations/transport/authentication/.
 */
import type { Credentials, IngestRequest } from '#server/ingest/protocol.ts';
import { reject } from '#server/record/rejections.ts';
import { textOf } from './json.ts';

interface Dsn {
  key: string;
  project: string;
}

/** Keys named in headers, query, path and, when the caller found one, a DSN. Throws when two DSNs or the path disagree. */
export function credentialsOf(request: IngestRequest, dsnText?: unknown): Credentials {
  const headerDsn = /^DSN\s+(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const dsns = [textOf(dsnText), headerDsn].filter((text) => text !== undefined).map(readDsn);
  const projects = new Set(
    [request.params.project, ...dsns.map((dsn) => dsn.project)].filter((id) => id !== undefined),
  );
  if (projects.size > 1) throw reject('project_mismatch', 'the address and the DSN name different projects');
  const keys = [
    ...authParameters(request, 'sentry_key'),
    ...request.query.getAll('sentry_key'),
    request.params.key,
    ...dsns.map((dsn) => dsn.key),
  ].flatMap((key) => (key ? [key.toLowerCase()] : []));
  return { keys: [...new Set(keys)], project: [...projects][0] };
}

/** `sentry_client` of the auth header or query, such as `raven-node/2.6.4`. */
export function clientOf(request: IngestRequest): string | undefined {
  return authParameters(request, 'sentry_client')[0] ?? textOf(request.query.get('sentry_client'));
}

/** `https://KEY[:SECRET]@HOST[/PREFIX]/PROJECT` */
function readDsn(text: string): Dsn {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const project = url?.pathname.split('/').at(-1);
  if (!url?.username || !project) throw reject('key_missing', 'the DSN has no key or no project');
  return { key: url.username, project };
}

/** The values in `Sentry a=1, b=2`: in X-Sentry-Auth, and in Authorization, where some clients put the same. */
function authParameters({ headers }: IngestRequest, name: string): string[] {
  return [headers['x-sentry-auth'], headers.authorization].flatMap((header) => {
    if (header === undefined || !/^sentry\b/i.test(header)) return [];
    const pairs = header
      .slice('sentry'.length)
      .split(',')
      .map((pair) => pair.trim());
    return pairs
      .filter((pair) => pair.startsWith(`${name}=`))
      .map((pair) => pair.slice(name.length + 1).trim());
  });
}
