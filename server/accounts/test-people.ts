/**
 * For tests: accounts and projects behind the real listener on a fresh store, and a person or program that asks
 * it over HTTP as a browser or curl would.
 */
import type { FastifyPluginAsync } from 'fastify';
import { openTestListener, type TestListener } from '#server/http/test-listener.ts';
import { createLog } from '#server/platform/log.ts';
import type { ProjectRemains } from '#server/projects/delete-project.ts';
import { type OpenProjects, openProjects } from '#server/projects/open-projects.ts';
import { openTestMetadata, type TestMetadata } from '#server/store/metadata/test-metadata.ts';
import { openAccounts } from './open-accounts.ts';

const NO_BOOTSTRAP = { email: '', password: '', key: '', token: '' };

/** A token with all scopes that every TestPeople knows unless it is opened otherwise. */
export const ALL_POWERFUL = 'a-token-with-every-scope';

export const OWNER = { email: 'olga@example.com', password: 'correct horse battery' };

interface Asked {
  status: number;
  /** Parsed when it is JSON. */
  body: unknown;
  headers: Headers;
  /** `name=value` of the cookies that were set. */
  cookie: string;
}

export interface Ask {
  body?: unknown;
  cookie?: string;
  token?: string;
  headers?: Record<string, string>;
}

export interface TestPeople {
  address: string;
  metadata: TestMetadata;
  projects: OpenProjects;
  clock: { ms: number; now(): number };
  setupUrl: string | null;
  ask(method: string, path: string, ask?: Ask): Promise<Asked>;
  /** Signs in and answers the cookie. */
  signIn(email: string, password: string): Promise<string>;
  /** Stops the program and starts it again on the same data. */
  restart(bootstrap?: Partial<typeof NO_BOOTSTRAP>): Promise<void>;
  discard(): Promise<void>;
}

export async function openTestPeople(
  options: {
    postgresUrl?: string;
    publicUrl?: string;
    bootstrap?: Partial<typeof NO_BOOTSTRAP>;
    remains?: Partial<ProjectRemains>;
    nouns?: FastifyPluginAsync[];
  } = {},
): Promise<TestPeople> {
  const metadata = await openTestMetadata(options.postgresUrl);
  const clock = { ms: Date.now(), now: () => clock.ms };
  let listener: TestListener;

  async function start(bootstrap: Partial<typeof NO_BOOTSTRAP>) {
    const publicUrl = () => options.publicUrl ?? listener?.address ?? 'http://127.0.0.1';
    const log = createLog('silent');
    const { store } = metadata;
    people.projects = openProjects({
      store,
      clock,
      publicUrl,
      guides: (dsn) => [
        {
          ...{ id: 'node', name: 'Node.js', sends: 'events' },
          steps: [{ text: 'Start', language: 'js', code: `init('${dsn}')` }],
        },
      ],
      remains: {
        deleteTelemetry: async () => {},
        deleteArtifacts: async () => {},
        removeBlob: async () => {},
        ...options.remains,
      },
      limits: {
        retentionDays: 90,
        quotaUse: () => ({
          events: { records: 85, bytes: 8_500 },
          logs: { records: 0, bytes: 0 },
          spans: { records: 0, bytes: 0 },
        }),
        stored: async () => ({ kinds: [], issueLogs: null, removals: [] }),
      },
    });
    const { listProjects, createFirstProject, routes } = people.projects;
    const accounts = openAccounts({ store, clock, log, version: '1.2.3', publicUrl, listProjects });
    const first = await accounts.firstStart({
      bootstrap: { ...NO_BOOTSTRAP, ...bootstrap },
      createFirstProject,
    });
    people.setupUrl = first.setupUrl;
    listener = await openTestListener({
      publicUrl: options.publicUrl ?? '',
      viewers: [accounts.recogniseViewer],
      nouns: [accounts.routes, routes, ...(options.nouns ?? [])],
    });
    people.address = listener.address;
  }

  async function ask(
    method: string,
    path: string,
    { body, cookie, token, headers }: Ask = {},
  ): Promise<Asked> {
    const answer = await fetch(people.address + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        // As a browser does on a page of the server itself.
        ...(cookie === undefined ? {} : { cookie, origin: people.address }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...headers,
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    return {
      status: answer.status,
      body: answer.headers.get('content-type')?.includes('json') ? JSON.parse(text) : text,
      headers: answer.headers,
      cookie: answer.headers
        .getSetCookie()
        .map((set) => set.split(';', 1)[0])
        .join('; '),
    };
  }

  const people: TestPeople = {
    address: '',
    metadata,
    projects: undefined as unknown as OpenProjects,
    clock,
    setupUrl: null,
    ask,
    async signIn(email, password) {
      const { status, cookie, body } = await ask('POST', '/api/v1/session', { body: { email, password } });
      if (status !== 204) throw new Error(`the sign-in was answered ${status}: ${JSON.stringify(body)}`);
      return cookie;
    },
    async restart(bootstrap = {}) {
      await listener.close();
      await start(bootstrap);
    },
    async discard() {
      await listener.close();
      await metadata.discard();
    },
  };
  await start({ ...OWNER, token: ALL_POWERFUL, ...options.bootstrap });
  return people;
}
