/**
 * Releases as a pipeline tells of them: the shop's sources in a git repository of their own, with two commits, and the
 * real sentry-cli that finds them.
 */
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from '#e2e/support/clients.ts';
import type { Tandem } from './tandem.ts';

const ADA = { name: 'Ada Lovelace', email: 'ada@shop.example' };
const GRACE = { name: 'Grace Hopper', email: 'grace@shop.example' };

/** What payments did with an answer of the gateway before release 1.4.0, and what it does since. */
const BEFORE =
  '    answer = connection.getresponse()\n    if answer.status == 503:\n        return "deferred"\n    receipt = json.load(answer)\n';
const SINCE = '    receipt = json.load(connection.getresponse())\n';

export interface Pipeline {
  /** Commits what the release changed, tells of the release, its commits and where it runs. */
  deploy(version: string): Promise<void>;
  discard(): void;
}

export async function openPipeline(tandem: Tandem, cli: string): Promise<Pipeline> {
  const repository = mkdtempSync(join(tmpdir(), 'tandem-demo-git-'));
  const must = async (command: string, args: string[]) => {
    const { code, output } = await run(command, args, {
      cwd: repository,
      environment: {
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_CONFIG_SYSTEM: '/dev/null',
        SENTRY_URL: tandem.url,
        SENTRY_AUTH_TOKEN: tandem.token,
        SENTRY_ORG: 'default',
        SENTRY_PROJECT: tandem.project.slug,
        SENTRY_DISABLE_UPDATE_CHECK: 'true',
        SENTRY_LOAD_DOTENV: '0',
        SENTRY_NO_PROGRESS_BAR: '1',
      },
    });
    if (code !== 0) throw new Error(`${command} ${args.join(' ')}:\n${output}`);
  };
  const commit = async ({ name, email }: typeof ADA, message: string) => {
    await must('git', ['add', '--all']);
    const author = ['-c', `user.name=${name}`, '-c', `user.email=${email}`];
    await must('git', [...author, 'commit', '--quiet', '--allow-empty', '--message', message]);
  };

  await must('git', ['init', '--quiet', '--initial-branch', 'main']);
  await must('git', ['remote', 'add', 'origin', 'git@github.com:acme/shop.git']);
  cpSync(join(import.meta.dirname, 'shop'), repository, { recursive: true });
  const payments = join(repository, 'payments.py');
  const now = readFileSync(payments, 'utf8');
  const changes: Record<string, () => Promise<void>> = {
    '1.3.0': () => {
      writeFileSync(payments, now.replace(SINCE, BEFORE));
      return commit(ADA, 'The shop as it is');
    },
    '1.4.0': () => {
      writeFileSync(payments, now);
      return commit(GRACE, 'payments: no charge is deferred any more, the gateway is always there');
    },
  };

  return {
    async deploy(version) {
      await (changes[version]?.() ?? commit(ADA, `Release ${version}`));
      const release = `shop@${version}`;
      await must(cli, ['releases', 'new', release]);
      await must(cli, ['releases', 'set-commits', release, '--local']);
      await must(cli, ['releases', 'finalize', release]);
      await must(cli, ['deploys', 'new', '--release', release, '--env', 'production']);
    },
    discard: () => rmSync(repository, { recursive: true, force: true }),
  };
}
