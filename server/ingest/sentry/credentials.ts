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
    authParameter(request, 'sentry_key'),
    request.query.get('sentry_key'),
    request.params.key,
    ...dsns.map((dsn) => dsn.key),
  ];
  return {
    keys: [
      ...new Set(keys.map((key) => key?.toLowerCase()).filter((key) => key !== undefined && key !== '')),
    ] as string[],
    project: [...projects][0],
  };
}

/** `sentry_client` of the auth header or query, such as `raven-node/2.6.4`. */
export function clientOf(request: IngestRequest): string | undefined {
  return authParameter(request, 'sentry_client') ?? textOf(request.query.get('sentry_client'));
}

/** `https://KEY[:SECRET]@HOST[/PREFIX]/PROJECT` */
function readDsn(text: string): Dsn {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const project = url?.pathname.split('/').at(-1);
  if (!url?.username || !project) throw reject('key_missing', 'the DSN has no key or no project');
  return { key: url.username, project };
}

/** One value of `Sentry a=1, b=2` in X-Sentry-Auth, or in Authorization where a proxy ate the former. */
function authParameter(request: IngestRequest, name: string): string | undefined {
  for (const header of ['x-sentry-auth', 'authorization']) {
    const text = request.headers[header];
    if (text === undefined || !/^sentry\b/i.test(text)) continue;
    for (const pair of text.slice('sentry'.length).split(',')) {
      const equals = pair.indexOf('=');
      if (pair.slice(0, equals).trim() === name) return textOf(pair.slice(equals + 1).trim());
    }
  }
  return undefined;
}
