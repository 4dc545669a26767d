/**
 * `tandem user`: the people of an installation, for whoever can read its data directory or its Postgres. It works on
 * the metadata alone, beside a running program or without one. Passwords are never given here: people choose them
 * behind the one-time links that it prints. Nobody imports it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { InviteRequest, Role } from '#contract/people.ts';
import { createAuth } from '#server/accounts/auth.ts';
import { INVITE_DAYS, PASSWORD_LINK_DAYS } from '#server/accounts/invites.ts';
import { type ListedPerson, openPeople, type People } from '#server/accounts/people.ts';
import { type Config, ConfigError, publicAddress, readConfig } from '#server/config.ts';
import { systemClock } from '#server/platform/clock.ts';
import { createLog } from '#server/platform/log.ts';
import { Rejection, Unavailable } from '#server/platform/rejection.ts';
import { SchemaMismatch } from '#server/store/metadata/migrate.ts';
import { openMetadata } from '#server/store/metadata/open-metadata.ts';

const USAGE = `Usage: tandem user list
       tandem user add EMAIL [--role ${Role.options.join('|')}]
       tandem user reset-password EMAIL

Run it with the settings of the program (TANDEM_DATA, TANDEM_METADATA_URL, TANDEM_PUBLIC_URL), whether that runs or not.`;

/** What the person who runs the command can change. */
class Refusal extends Error {}
class WrongUsage extends Error {}

type Command =
  | { run: 'list' }
  | { run: 'reset-password'; email: string }
  | { run: 'add'; email: string; role: Role };

function readCommand(args: string[]): Command {
  const { values, positionals } = parseArguments(args);
  const [run, email, ...rest] = positionals;
  if (rest.length > 0 || (values.role !== undefined && run !== 'add')) throw new WrongUsage();
  if (run === 'list' && email === undefined) return { run };
  if ((run !== 'add' && run !== 'reset-password') || email === undefined) throw new WrongUsage();
  if (!InviteRequest.shape.email.safeParse(email).success)
    throw new Refusal(`"${email}" is not an e-mail address.`);
  if (run === 'reset-password') return { run, email };
  const role = Role.safeParse(values.role ?? 'member');
  if (!role.success)
    throw new Refusal(`"${values.role}" is not a role. Roles are ${Role.options.join(', ')}.`);
  return { run, email, role: role.data };
}

function parseArguments(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: { role: { type: 'string' } } });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : '', { cause: error });
  }
}

/** The address that links begin with. A port that the program chose by itself is known to nobody else. */
function addressOf(config: Readonly<Config>): string {
  if (config.publicUrl === '' && config.port === 0)
    throw new Refusal('TANDEM_PORT is 0. Set TANDEM_PUBLIC_URL to the address of the program, for the link.');
  return publicAddress(config, config.port);
}

async function execute(people: People, command: Command): Promise<string> {
  if (command.run === 'list') return listing(await people.list());
  const { email } = command;
  if (command.run === 'add') {
    const link = await people.add(email, command.role);
    return `${email} joins as ${command.role} by this link. It works once, within ${INVITE_DAYS} days:\n  ${link}`;
  }
  const link = await people.resetPassword(email);
  if (!link) throw new Refusal(`Nobody here has the e-mail ${email}. "tandem user list" shows who is here.`);
  return (
    `${email} is signed out everywhere and chooses a new password by this link.\n` +
    `It works once, within ${PASSWORD_LINK_DAYS * 24} hours:\n  ${link}`
  );
}

function listing(people: readonly ListedPerson[]): string {
  if (people.length === 0)
    return 'Nobody yet. Open the set-up link that the program prints, or "tandem user add EMAIL --role owner".';
  const rows = people.map(({ email, name, role, linkUntil }) => [
    role,
    email,
    name || 'invited',
    linkUntil === null ? '' : `link until ${new Date(linkUntil).toISOString().slice(0, 16)}Z`,
  ]);
  const widths = [0, 1, 2].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

async function main(args: string[]): Promise<string> {
  const command = readCommand(args);
  const config = readConfig();
  const { dataDirectory, metadataUrl: url } = config;
  const publicUrl = command.run === 'list' ? '' : addressOf(config);
  // Opening would make the file, and the person would look into an empty installation.
  if (url === '' && !existsSync(join(dataDirectory, 'metadata.sqlite')))
    throw new Refusal(
      `There is no installation in ${dataDirectory}. Set TANDEM_DATA to the directory that the program was started with.`,
    );
  const log = createLog('silent');
  const store = await openMetadata({ url, dataDirectory, log });
  try {
    await store.checkSchema();
    const auth = createAuth({ store, clock: systemClock, log, secureCookies: false, cookiePath: '/' });
    const people = await openPeople({ store, auth, clock: systemClock, publicUrl });
    if (!people)
      throw new Refusal('The program was never started on this data. Start it once, then try again.');
    return await execute(people, command);
  } finally {
    await store.close();
  }
}

/** One sentence for what the person can change; anything else with all we know. */
function sentenceOf(error: unknown): unknown {
  if (error instanceof Refusal || error instanceof ConfigError || error instanceof SchemaMismatch)
    return error.message;
  if (error instanceof Rejection) return error.message;
  if (error instanceof Unavailable)
    return [error.message, (error.cause as Error | undefined)?.message].join(' ');
  if (['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
    return `${(error as Error).message}. Run the command as the user that the program runs as.`;
  return error;
}

try {
  console.log(await main(process.argv.slice(2)));
} catch (error) {
  if (error instanceof WrongUsage) {
    console.error([error.message, USAGE].filter(Boolean).join('\n\n'));
    process.exitCode = 2;
  } else {
    console.error(sentenceOf(error));
    process.exitCode = 1;
  }
}
