#!/usr/bin/env node
/**
 * The `tandem` command. Plain JavaScript for any Node, so that an old one gets a sentence instead of a syntax
 * error: finds a Node that runs TypeScript (the one running, or the one that came with `npm install`), then hands
 * over to a program beside the server (ENTRIES), or builds the web when its sources are newer and hands over to server/main.ts.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import * as module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** 24.9 is the first whose listener tells which upgrades it takes: others would leave a request without its body. */
const NODE_MIN = '24.9';
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const require = module.createRequire(import.meta.url);

/**
 * Half of V8's young generation, MiB. With 2, objects of one push of log lines outlived it: collecting cost 1.9 of 7 µs a
 * record. It grows to this only under load, and is never given back then.
 */
const NODE_FLAGS = ['--max-semi-space-size=8'];
const ENVIRONMENT = {
  // glibc keeps an arena per thread; with two the program takes 100 MB less under load.
  MALLOC_ARENA_MAX: '2',
  // Large buffers go back to the system at once: left to itself glibc raises this limit to 32 MB, and the pieces of
  // a batch stay in a heap full of holes. 20 MB less under load.
  MALLOC_MMAP_THRESHOLD_: '262144',
  MALLOC_TRIM_THRESHOLD_: '2097152',
  // What Node makes of the TypeScript is kept: later starts take 0.2 s and 25 MB per process less.
  NODE_COMPILE_CACHE: join(root, '.cache', 'compile'),
};

/** Programs beside the server, which take the rest of the line. */
const ENTRIES = {
  __proto__: null,
  demo: 'demo/main.ts',
  export: 'server/export-command/main.ts',
  import: 'server/import-command/main.ts',
  pipe: 'server/pipe-command/main.ts',
  user: 'server/user.ts',
};

const USAGE = `Usage: tandem [command]

  serve     start the server (the default)
  demo      start a small shop that breaks, and see what is made of it
  pipe      send what a program prints: myapp 2>&1 | tandem pipe --service api
  import    bring projects from Sentry, GlitchTip or Bugsink
  export    take everything a project has away as files
  user      list people, invite one, or give one a link to a new password
  help      show this

Settings are environment variables; see docs/configuration.md.`;

function isAtLeast(version, least) {
  const [[major, minor], [leastMajor, leastMinor]] = [version, least].map((text) =>
    text.split('.').map(Number),
  );
  return major > leastMajor || (major === leastMajor && minor >= leastMinor);
}

function nodeBinary() {
  if (isAtLeast(process.versions.node, NODE_MIN)) return process.execPath;
  try {
    return require.resolve(`node-${process.platform}-${process.arch}/bin/node`);
  } catch {
    return null;
  }
}

/** A fingerprint of everything the web is built from; file times lie after a checkout, contents do not. */
function webFingerprint() {
  const hash = createHash('sha256');
  const add = (path) => hash.update(path).update(readFileSync(join(root, path)));
  const walk = (directory) => {
    for (const entry of readdirSync(join(root, directory), { withFileTypes: true }).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    )) {
      const path = `${directory}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else add(path);
    }
  };
  for (const directory of ['web', 'contract']) walk(directory);
  for (const file of ['vite.config.ts', 'package.json']) add(file);
  return hash.digest('hex');
}

function buildWebIfStale(node) {
  if (!existsSync(join(root, 'web'))) return;
  const stamp = join(root, 'dist', 'web.stamp');
  const fingerprint = webFingerprint();
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === fingerprint) return;
  console.error('Building the web screens, once…');
  const vite = join(dirname(require.resolve('vite/package.json')), 'bin', 'vite.js');
  const web = join(root, 'dist', 'web');
  const fresh = `${web}.${process.pid}`;
  const built = spawnSync(node, [vite, 'build', '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
  });
  if (built.status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    console.error('The web screens could not be built; see above. The program needs them.');
    process.exit(1);
  }
  // In one step, and not file by file: a program that starts meanwhile must not read half of a build.
  rmSync(`${fresh}.old`, { recursive: true, force: true });
  if (existsSync(web)) renameSync(web, `${fresh}.old`);
  renameSync(fresh, web);
  rmSync(`${fresh}.old`, { recursive: true, force: true });
  writeFileSync(stamp, fingerprint);
}

/** Becomes the server where Node can replace itself; otherwise starts it and stands in front of it for signals. */
function run(node, args, environment) {
  if (process.execve) process.execve(node, [node, ...args], environment);
  const child = spawn(node, args, { stdio: 'inherit', env: environment });
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal ? 1 : 0)));
}

const [command = 'serve', ...rest] = process.argv.slice(2);
if (['help', '--help', '-h'].includes(command)) {
  console.log(USAGE);
} else if (!ENTRIES[command] && (command !== 'serve' || rest.length > 0)) {
  console.error(`tandem: there is no command "${[command, ...rest].join(' ')}".\n\n${USAGE}`);
  process.exit(2);
} else {
  const node = nodeBinary();
  if (!node) {
    console.error(
      `Tandem needs Node ${NODE_MIN} or newer; this is ${process.version}, and none came with "npm install" for ` +
        `${process.platform} on ${process.arch}. Install Node ${NODE_MIN} or newer and run the command again.`,
    );
    process.exit(1);
  }
  const environment = { ...ENVIRONMENT, ...process.env };
  if (ENTRIES[command]) run(node, [join(root, ENTRIES[command]), ...rest], environment);
  else {
    buildWebIfStale(node);
    run(node, [...NODE_FLAGS, join(root, 'server', 'main.ts')], environment);
  }
}
