/**
 * Real clients as processes of their own: the programs of e2e/programs with the SDK of each language. What a
 * language needs and a machine may lack is said in a sentence; what takes long is kept in .cache/e2e.
 */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Program } from './program.ts';

const ROOT = join(import.meta.dirname, '../..');
export const PROGRAMS = join(ROOT, 'e2e/programs');
/** Inside of the checkout, so that programs there find its node_modules. */
export const CACHE = join(ROOT, '.cache/e2e');

/** Installing an SDK from its registry may take this long, ms. */
const INSTALL_MS_MAX = 240_000;
const RUN_MS_MAX = 60_000;

export interface Ran {
  code: number | null;
  output: string;
}

/** Runs a command to its end. Throws only when it cannot be started or does not end in time. */
export function run(
  command: string,
  args: string[],
  options: { cwd?: string; environment?: Record<string, string>; timeoutMs?: number } = {},
): Promise<Ran> {
  const child = spawn(command, args, {
    cwd: options.cwd ?? ROOT,
    env: { ...process.env, ...options.environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? RUN_MS_MAX,
    killSignal: 'SIGKILL',
  });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal === null) resolve({ code, output });
      else reject(new Error(`${command} ${args.join(' ')} was ended by ${signal}:\n${output}`));
    });
  });
}

/** One story of shop.mjs with @sentry/node of this checkout. */
export function runNodeShop(program: Program, story: string, dsn = program.dsn): Promise<Ran> {
  return run(process.execPath, [join(PROGRAMS, 'shop.mjs'), story], {
    environment: { SENTRY_DSN: dsn },
  });
}

/** A Python with sentry-sdk in it. */
export const installPython = () => installPythonWith('python-sentry-sdk-2', ['sentry-sdk==2.*']);

/** A Python with OpenTelemetry's SDK, its exporter and its handler of the standard library's logging. */
export const installPythonOtel = () =>
  installPythonWith('python-otel-1.45', [
    'opentelemetry-sdk==1.45.2',
    'opentelemetry-exporter-otlp-proto-http==1.45.2',
    'opentelemetry-instrumentation-logging==0.66b2',
  ]);

/** A Python with what people read Parquet with. */
export const installPyArrow = () => installPythonWith('python-pyarrow', ['pyarrow>=20']);

/** A Bugsink, which is a tracker in a package, and an SDK to send to it. */
export const installBugsink = () => installPythonWith('bugsink-2.6.1', ['bugsink==2.6.1', 'sentry-sdk==2.*']);

async function installPythonWith(name: string, packages: string[]): Promise<string> {
  const venv = join(CACHE, name);
  const python = join(venv, 'bin/python');
  if (existsSync(join(venv, 'installed'))) return python;
  rmSync(venv, { recursive: true, force: true });
  await must(
    'python3',
    ['-m', 'venv', venv],
    'Python 3 with its venv module is needed for the tests with Python',
  );
  await must(
    python,
    ['-m', 'pip', 'install', '--quiet', ...packages],
    `pip could not install ${packages.join(', ')} from its registry`,
  );
  writeFileSync(join(venv, 'installed'), '');
  return python;
}

/** One story of shop.py. */
export function runPythonShop(python: string, program: Program, story: string): Promise<Ran> {
  return run(python, [join(PROGRAMS, 'shop.py'), story], { environment: { SENTRY_DSN: program.dsn } });
}

/** Packages of npm in a directory of their own, with nothing of theirs run to install them. */
export async function installNpm(name: string, packages: string[]): Promise<string> {
  const directory = join(CACHE, name);
  if (existsSync(join(directory, 'installed'))) return directory;
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  writeFileSync(join(directory, 'package.json'), '{"private":true}');
  await must(
    'npm',
    ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--save-exact', ...packages],
    `npm could not install ${packages.join(', ')} from its registry`,
    directory,
  );
  writeFileSync(join(directory, 'installed'), '');
  return directory;
}

/** The Go shop, built with sentry-go from the module proxy. */
export async function buildGoShop(): Promise<string> {
  const directory = join(CACHE, 'go-shop');
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { recursive: true });
  copyFileSync(join(PROGRAMS, 'go/main.go'), join(directory, 'main.go'));
  const go = (args: string[], why: string) => must('go', args, why, directory);
  await go(['mod', 'init', 'shop'], 'Go 1.25 or later is needed to test a compiled language');
  await go(['get', 'github.com/getsentry/sentry-go@v0.50.0'], 'the Go module proxy did not give sentry-go');
  await go(['build', '-o', 'shop', '.'], 'the Go shop does not compile');
  return join(directory, 'shop');
}

/** sentry-cli as its package brings it: the program itself is a package of its own, so nothing need run to install it. */
export async function installSentryCli(version: string): Promise<string> {
  const directory = join(CACHE, `sentry-cli-${version}`);
  const cli = join(directory, `node_modules/@sentry/cli-${process.platform}-${process.arch}/bin/sentry-cli`);
  if (existsSync(cli)) return cli;
  mkdirSync(directory, { recursive: true });
  await must(
    'npm',
    [
      ...['install', '--prefix', directory, '--ignore-scripts', '--no-save', '--no-audit', '--no-fund'],
      `@sentry/cli@${version}`,
    ],
    `npm could not install sentry-cli ${version} from its registry`,
  );
  return cli;
}

const LOKI = 'github.com/grafana/loki/v3';
const LOKI_VERSION = 'v3.7.8';
/** Building logcli from its sources takes some minutes once, ms. */
const LOGCLI_MS_MAX = 900_000;

/** Loki's own client, built from its module; its sums and replacements are those of Loki. */
export async function buildLogcli(): Promise<string> {
  const directory = join(CACHE, `logcli-${LOKI_VERSION}`);
  const logcli = join(directory, 'logcli');
  if (existsSync(logcli)) return logcli;
  mkdirSync(directory, { recursive: true });
  const downloaded = await run('go', ['mod', 'download', '-json', `${LOKI}@${LOKI_VERSION}`], {
    timeoutMs: INSTALL_MS_MAX,
  });
  const source = /"Dir": "([^"]+)"/.exec(downloaded.output)?.[1];
  if (!source) throw new Error(`the Go module proxy did not give Loki: ${downloaded.output}`);
  const own = readFileSync(join(source, 'go.mod'), 'utf8')
    .replace(/^module .*/, 'module tandem-logcli')
    // A folder of Loki's repository that is a module of its own, and no part of this one.
    .replace(/^replace .*=> \.\/.*$/gm, '');
  writeFileSync(join(directory, 'go.mod'), `${own}\nrequire ${LOKI} ${LOKI_VERSION}\n`);
  copyFileSync(join(source, 'go.sum'), join(directory, 'go.sum'));
  await must(
    'go',
    ['build', '-mod=mod', '-ldflags=-s -w', '-o', logcli, `${LOKI}/cmd/logcli`],
    'logcli could not be built',
    directory,
    LOGCLI_MS_MAX,
  );
  return logcli;
}

/** Throws with the sentence and what the command printed. */
async function must(
  command: string,
  args: string[],
  sentence: string,
  cwd?: string,
  timeoutMs = INSTALL_MS_MAX,
): Promise<void> {
  try {
    const { code, output } = await run(command, args, { cwd, timeoutMs });
    if (code !== 0) throw new Error(output.slice(-2_000));
  } catch (cause) {
    throw new Error(`${sentence}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
