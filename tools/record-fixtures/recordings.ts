/** What is recorded: one line per client and story. The directory of a client is set up once, then each story runs. */
import type { CannedAnswer } from './recorder.ts';

export interface Client {
  /** Folder in fixtures/sentry. */
  name: string;
  /** Files of `e2e/programs` it needs, copied to its directory. */
  programs: string[];
  /** Shell commands that install the SDK in that directory. */
  setUp: string;
  /** Shell command of one story. */
  run(story: string): string;
  stories: string[];
}

const NODE_STORIES = ['error', 'cause', 'message', 'attachment', 'check-in', 'uncaught-exception'];

const node = (version: string, ...more: string[]): Client => ({
  name: `node-${version}`,
  programs: ['shop.mjs'],
  setUp: `npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts @sentry/node@^${version}`,
  run: (story) => `node shop.mjs ${story}`,
  stories: [...NODE_STORIES, ...more],
});

const python = (name: string, version: string, stories: string[]): Client => ({
  name,
  programs: ['shop.py'],
  setUp: `/usr/bin/python3 -m venv venv && venv/bin/pip install --quiet ${version}`,
  run: (story) => `venv/bin/python shop.py ${story}`,
  stories,
});

/** A node client that also logs through pino and winston. */
const withLogs = (client: Client): Client => ({
  ...client,
  programs: [...client.programs, 'shop-logs.mjs'],
  setUp: `${client.setUp} pino@10 winston@3`,
  run: (story) => (story === 'logs' ? 'node shop-logs.mjs' : client.run(story)),
  stories: [...client.stories, 'logs'],
});

export const CLIENTS: Client[] = [
  withLogs(node('11', 'unhandled-rejection', 'feedback', 'sessions', 'not-kept', 'rate-limited')),
  withLogs(node('10', 'not-kept')),
  node('9'),
  node('8'),
  node('7'),
  {
    name: 'raven-2',
    programs: ['raven.cjs'],
    setUp: 'npm init -y >/dev/null && npm install --no-audit --no-fund raven@2.6.4',
    run: (story) => `node raven.cjs ${story}`,
    stories: ['error', 'message'],
  },
  python('python-2', 'sentry-sdk==2.*', [
    'error',
    'cause',
    'message',
    'unhandled',
    'check-in',
    'not-kept',
    'logs',
  ]),
  python('python-1', 'sentry-sdk==1.9.10', ['error', 'cause', 'message']),
  {
    name: 'go',
    programs: ['go/main.go'],
    setUp: 'go mod init shop && go get github.com/getsentry/sentry-go@latest && go build -trimpath -o shop .',
    run: (story) => `./shop ${story}`,
    stories: ['error', 'message', 'panic', 'check-in'],
  },
  {
    name: 'cli-3',
    programs: [],
    setUp: 'npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts @sentry/cli@^3',
    run: (story) =>
      story === 'send-event'
        ? 'node_modules/.bin/sentry-cli send-event --message "Deploy of %s failed" --message-arg shop --release shop@1.4.0 --env production --tag region:eu --user id:42 --no-environ'
        : 'node_modules/.bin/sentry-cli monitors run nightly-invoices -- true',
    stories: ['send-event', 'monitors-run'],
  },
  {
    name: 'browser-11',
    programs: ['browser.mjs', 'browser-page.js'],
    setUp:
      'npm init -y >/dev/null && npm install --no-audit --no-fund --ignore-scripts @sentry/browser@^11 playwright-core esbuild && npx esbuild browser-page.js --bundle --minify --outfile=bundle.js',
    run: (story) => `node browser.mjs ${story}`,
    stories: [
      'error',
      'message',
      'cause',
      'unhandled-rejection',
      'feedback',
      'attachment',
      'tunnel',
      'replay',
      'csp',
    ],
  },
];

/** What the recorder answers to the request with this number, counted from 0, when it is not 200. */
export const ANSWERS: Readonly<Record<string, (recorded: number) => CannedAnswer | null>> = {
  'rate-limited': (recorded) =>
    recorded > 0
      ? null
      : {
          status: 429,
          headers: { 'x-sentry-rate-limits': '600:error;default:key:rate_limited:' },
          body: '{"detail":"Too many"}',
        },
};
