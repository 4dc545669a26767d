/**
 * `npm run demo`: a small shop of real services breaks, in front of a Tandem in a directory that is deleted afterwards (or of
 * yours, with --url and --token), and stays broken until Ctrl-C, so that one can look around.
 */
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { installPython, installSentryCli } from '#e2e/support/clients.ts';
import { EMAIL, eventually, PASSWORD, type Program, startProgram, TOKEN } from '#e2e/support/program.ts';
import { INCIDENTS } from './incidents.ts';
import { storyOf } from './judge.ts';
import { makeChannels, ON_CALL, openReceivers } from './notifications.ts';
import { DEPLOYED, deploy, issueOf, type Play, play } from './play.ts';
import type { Mail } from './receivers.ts';
import { openTandem } from './tandem.ts';
import { watch } from './watch.ts';

const USERS = 50;
const SENTRY_CLI = '3.8.0';
/** Services send their lines within a second; a person would not have opened the page sooner, ms. */
const SENT_MS = 2500;
/** How long customers try again, ms. */
const TRY_AGAIN_MS = 3000;

const USAGE = `Usage: npm run demo -- [options]

  --incident NAME   what breaks (default ${INCIDENTS[0]!.name}):
${INCIDENTS.map(({ name, story }) => `                      ${name.padEnd(20)} ${story}`).join('\n')}
  --no-traces       no request says to which trace it belongs
  --once            end when all is told
  --url URL         a Tandem that runs already, with --token TOKEN (a token with full rights)
  --help            show this`;

function optionsOf(args: string[]) {
  const { values } = parseArgs({
    args,
    options: {
      incident: { type: 'string', default: INCIDENTS[0]!.name },
      'no-traces': { type: 'boolean', default: false },
      once: { type: 'boolean', default: false },
      url: { type: 'string' },
      token: { type: 'string' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const incident = INCIDENTS.find(({ name }) => name === values.incident);
  if (!incident) throw new TypeError(`there is no incident "${values.incident}"`);
  if (values.url && !values.token) throw new TypeError('--url needs --token');
  return { ...values, incident };
}

/** What is running, the last first when it is ended. */
const running: (() => Promise<unknown>)[] = [];
let ending: Promise<void> | undefined;
function end(): Promise<void> {
  ending ??= (async () => {
    for (const stop of running.toReversed()) await stop();
  })();
  return ending;
}

async function demo(options: ReturnType<typeof optionsOf>): Promise<void> {
  const say = (line: string) => console.log(`${new Date().toLocaleTimeString('en-GB')}  ${line}`);
  say('Getting the SDKs, once…');
  const [python, cli] = await Promise.all([installPython(), installSentryCli(SENTRY_CLI)]);
  const receivers = await openReceivers();
  running.push(async () => receivers.close());
  let program: Program | undefined;
  if (!options.url) {
    program = await startProgram({ environment: receivers.environment });
    running.push(program.discard);
  }
  const url = options.url?.replace(/\/+$/, '') ?? program!.url;
  const token = options.token ?? TOKEN;
  const tandem = await openTandem(url, token, `shop-${Date.now().toString(36)}`);
  say(`Tandem is at ${url}${program ? `   (e-mail ${EMAIL}, password: ${PASSWORD})` : ''}`);

  const { incident } = options;
  // A Tandem of yours has channels of its own.
  const channels = program ? await makeChannels(tandem, receivers) : [];
  const users = Math.min(USERS, incident.customersMax ?? USERS);
  const watched = Math.max(1, users);
  await watch(tandem, watched, channels);
  const told = program
    ? `goes to ${ON_CALL} and a webhook`
    : 'is told to no channel yet: give it one of yours';
  say(`An alert is set up: a new issue of ${watched} ${watched === 1 ? 'user' : 'users'} ${told}.`);

  const played = await play({
    ...{ tandem, incident, python, cli, say },
    traces: !options['no-traces'],
    users,
  });
  running.push(played.stop);
  const issue = await issueOf(tandem, incident, (found) => found.users >= watched);
  // What is shown stays as it is while somebody looks.
  await played.traffic.pause();
  if (program) sayMail(await eventually(async () => receivers.mailbox.mails[0], Boolean), played.hitAt, say);
  say(`The issue: ${issue.title}: ${issue.users} users, first seen in ${issue.firstRelease}`);
  say(`  ${url}/issues/${issue.id}`);
  await sleep(SENT_MS);
  const story = await storyOf(tandem, issue.id);
  say(`The story of one of them, over all services, and what is marked as the likely cause:`);
  say(`  ${url}/issues/${issue.id}/story`);
  say(`  ${story.cause.text}`);
  if (options.once) return;
  say(
    'It stays like this until you press Ctrl-C; docs/demo.md says what to look at. Resolve the issue, then press',
  );
  say('  Enter: customers try again    d, Enter: the next release is deployed, in which it is not fixed');
  await answerKeys(played, say);
}

/** Until the standard input ends; where there is none, for ever. */
async function answerKeys(played: Play, say: (line: string) => void): Promise<void> {
  const [major = 0, deployed = 0] = DEPLOYED.split('.').map(Number);
  let minor = deployed;
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === 'd') {
      minor += 1;
      await deploy(played, `${major}.${minor}.0`);
      say(`Release ${major}.${minor}.0 is deployed.`);
    }
    const before = played.traffic.failed;
    played.traffic.resume();
    await sleep(TRY_AGAIN_MS);
    await played.traffic.pause();
    say(`Customers tried again, ${played.traffic.failed - before} of them in vain.`);
  }
  await new Promise(() => {});
}

function sayMail(mail: Mail | undefined, hitAt: number, say: (line: string) => void): void {
  if (!mail) return;
  const seconds = Math.max(0, (mail.at - hitAt) / 1000).toFixed(1);
  say(`${seconds} s later there is a mail for ${mail.to}: ${mail.subject}`);
}

for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.on(signal, () => void end().then(() => process.exit()));
let options: ReturnType<typeof optionsOf>;
try {
  options = optionsOf(process.argv.slice(2));
} catch (error) {
  console.error(`demo: ${(error as Error).message}.\n\n${USAGE}`);
  process.exit(2);
}
if (options.help) console.log(USAGE);
else
  try {
    await demo(options);
  } catch (error) {
    console.error(`demo: ${error instanceof Error ? error.message : error}`);
    process.exitCode = 1;
  } finally {
    await end();
  }
