/**
 * People's passwords and sessions, through better-auth on our own database. The only file that knows
 * better-auth; no address of it is reachable but those that our routes call.
 *
 * better-auth costs about 120 ms and 20 MB to load, so it is loaded when the first person comes, not when a
 * program starts that only takes records.
 */
import { hash, verify } from '@node-rs/argon2';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { createTryLimit } from '#server/platform/try-limit.ts';
import type { MetadataStore } from '#server/store/metadata/metadata.ts';
import { prepareAuthTables, sessionSecret } from './auth-tables.ts';

/** How long a session lives without being used, and how old it grows before its life is renewed. Seconds. */
const SESSION_SECONDS = 14 * 86_400;
const SESSION_RENEW_SECONDS = 86_400;

/** Sign-in tries of one address (IPv6: one /64) within a minute. An office behind one address signs in on Monday. */
const SIGN_IN_TRIES_MAX = 20;

/** Characters of the User-Agent that a session keeps. */
const USER_AGENT_MAX = 300;

/** better-auth sees requests that we make, under an address of no meaning: who may ask is checked by our routes. */
const ORIGIN = 'http://tandem.internal';
const BASE_PATH = '/api/v1/auth';
const CLIENT_IP_HEADER = 'x-tandem-client-ip';

/** Where a request came from, as far as better-auth needs to know. */
export interface Origin {
  ip: string;
  userAgent: string | undefined;
  /** The session cookie alone, as `name=value`. */
  cookie: string | undefined;
}

interface SignedIn {
  userId: string;
  name: string;
  email: string;
  /** To be sent on: renews the life of the session in the browser too. */
  setCookies: string[];
}

export interface Auth {
  /** Name of the session cookie. */
  readonly cookieName: string;
  /** Makes or completes the tables. Once per start, before the first request. */
  prepare(): Promise<void>;
  /** Passes a request to better-auth. */
  handle(
    path: 'sign-in/email' | 'sign-out' | 'change-password',
    origin: Origin,
    body: object,
  ): Promise<Response>;
  /** Who holds this session cookie. */
  session(cookie: string): Promise<SignedIn | null>;
  /** Makes the person, or gives the one who has this e-mail a new name and password. Answers the user id. */
  savePerson(person: { name: string; email: string; password: string }): Promise<string>;
  endSessions(userId: string): Promise<void>;
}

interface AuthOptions {
  store: MetadataStore;
  clock: Clock;
  log: Log;
  /** True when people come by https: the cookie is then sent by https alone. */
  secureCookies: boolean;
  /** The path that the cookie is sent under: that of the public address. */
  cookiePath: string;
}

export function createAuth(options: AuthOptions): Auth {
  const { store, log, secureCookies } = options;
  let loaded: ReturnType<typeof load> | null = null;

  /** A failed load (the database was away) is tried again by the next who asks. */
  function auth(): ReturnType<typeof load> {
    loaded ??= load(options).catch((error) => {
      loaded = null;
      throw error;
    });
    return loaded;
  }

  return {
    cookieName: `${secureCookies ? '__Secure-' : ''}tandem.session_token`,

    prepare: () => prepareAuthTables(store, log),

    async handle(path, origin, body) {
      const headers = new Headers({
        'content-type': 'application/json',
        origin: ORIGIN,
        [CLIENT_IP_HEADER]: origin.ip,
        'user-agent': (origin.userAgent ?? '').slice(0, USER_AGENT_MAX),
      });
      if (origin.cookie) headers.set('cookie', origin.cookie);
      const { handler } = await auth();
      return handler(
        new Request(`${ORIGIN}${BASE_PATH}/${path}`, { method: 'POST', headers, body: JSON.stringify(body) }),
      );
    },

    async session(cookie) {
      const { response, headers } = await readSession(await auth(), cookie);
      if (!response) return null;
      const { id, name, email } = response.user;
      return { userId: id, name, email, setCookies: headers.getSetCookie() };
    },

    async savePerson({ name, email, password }) {
      const { internalAdapter, password: passwords } = await (await auth()).$context;
      const passwordHash = await passwords.hash(password);
      const found = await internalAdapter.findUserByEmail(email, { includeAccounts: true });
      const user =
        found?.user ??
        (await internalAdapter.createUser({ name, email, emailVerified: true }, { method: 'admin' }));
      if (found) await internalAdapter.updateUser(user.id, { name });
      if (found?.accounts.some((account) => account.providerId === 'credential'))
        await internalAdapter.updatePassword(user.id, passwordHash);
      else
        await internalAdapter.linkAccount({
          providerId: 'credential',
          accountId: user.id,
          userId: user.id,
          password: passwordHash,
        });
      return user.id;
    },

    async endSessions(userId) {
      const { internalAdapter } = await (await auth()).$context;
      await internalAdapter.deleteUserSessions(userId);
    },
  };
}

/** better-auth hides why a session cannot be read; it can only be the database. */
async function readSession({ api }: Awaited<ReturnType<typeof load>>, cookie: string) {
  try {
    return await api.getSession({ headers: new Headers({ cookie }), returnHeaders: true });
  } catch (cause) {
    throw new Unavailable('sessions_unreadable', 'Sessions cannot be read at the moment. Try again.', {
      cause,
    });
  }
}

async function load({ store, clock, log, secureCookies, cookiePath }: AuthOptions) {
  const { betterAuth } = await import('better-auth');
  return betterAuth({
    appName: 'Tandem',
    database: { db: store.db, type: store.dialect },
    baseURL: ORIGIN,
    basePath: BASE_PATH,
    secret: await sessionSecret(store),
    telemetry: { enabled: false },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 10,
      maxPasswordLength: 200,
      password: {
        hash: (password: string) => hash(password),
        verify: ({ hash: kept, password }: { hash: string; password: string }) => verify(kept, password),
      },
    },
    session: { expiresIn: SESSION_SECONDS, updateAge: SESSION_RENEW_SECONDS },
    rateLimit: {
      enabled: true,
      customStorage: createTryLimit(clock),
      customRules: { '/sign-in/email': { window: 60, max: SIGN_IN_TRIES_MAX } },
    },
    advanced: {
      cookiePrefix: 'tandem',
      useSecureCookies: secureCookies,
      defaultCookieAttributes: { path: cookiePath },
      ipAddress: { ipAddressHeaders: [CLIENT_IP_HEADER] },
    },
    // Errors of the database come through as they are, and are answered as such.
    onAPIError: { throw: true },
    logger: { log: (level, message) => (level === 'error' ? log.error(message) : log.debug(message)) },
  });
}
