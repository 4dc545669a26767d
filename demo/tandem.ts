/** The Tandem that the shop sends to: where it is, the project of this run, and its API as a program with a token uses it. */
import type { IngestKeys } from '#contract/projects.ts';

export interface Tandem {
  /** Without a trailing slash. */
  url: string;
  token: string;
  project: { id: string; slug: string };
  /** The project's ingest key, and the same as a DSN. */
  key: string;
  dsn: string;
  get<Answer>(path: string): Promise<Answer>;
  send<Answer>(method: string, path: string, body: unknown): Promise<Answer>;
}

/** Makes a project for one run of the demo, so that runs do not see each other. */
export async function openTandem(url: string, token: string, slug: string): Promise<Tandem> {
  const ask = async <Answer>(method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${token}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }).catch((cause: Error) => {
      throw new Error(`${url} does not answer: ${((cause.cause as Error | undefined) ?? cause).message}`, {
        cause,
      });
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text.slice(0, 500)}`);
    return (text ? JSON.parse(text) : undefined) as Answer;
  };
  const project = await ask<{ id: string; slug: string }>('POST', '/api/v1/projects', { name: slug, slug });
  const made = await ask<IngestKeys>('GET', `/api/v1/projects/${slug}/keys`);
  const key =
    made[0] ?? (await ask<IngestKeys[number]>('POST', `/api/v1/projects/${slug}/keys`, { label: 'demo' }));
  return {
    url,
    token,
    project,
    key: key.publicKey,
    dsn: key.dsn,
    get: (path) => ask('GET', path),
    send: (method, path, body) => ask(method, path, body),
  };
}
