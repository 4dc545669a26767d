/**
 * `npm test`: all tests. Gets what they need where it can (Debian's packages, as root), and says plainly what to
 * install where it cannot; a missing part fails, it is never skipped. With --slow also the suites that take
 * minutes: the crash loops and the other Node. Ends with a line `N passed, N failed`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';

const slow = process.argv.includes('--slow');

interface Need {
  what: string;
  present: () => boolean;
  debianPackage: string;
}

const onPath = (command: string) => spawnSync('sh', ['-c', `command -v ${command}`]).status === 0;

const NEEDS: Need[] = [
  {
    what: 'Chromium',
    present: () => onPath('chromium') || onPath('google-chrome'),
    debianPackage: 'chromium',
  },
  {
    what: 'PostgreSQL',
    present: () => globSync('/usr/lib/postgresql/*/bin/initdb').length > 0 || onPath('initdb'),
    debianPackage: 'postgresql',
  },
  {
    what: 'Python 3 with venv',
    present: () => spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0,
    debianPackage: 'python3-venv',
  },
  { what: 'Go', present: () => onPath('go'), debianPackage: 'golang-go' },
  {
    what: 'rsyslog',
    present: () => onPath('rsyslogd') || existsSync('/usr/sbin/rsyslogd'),
    debianPackage: 'rsyslog',
  },
  { what: 'logger', present: () => onPath('logger'), debianPackage: 'bsdutils' },
];

function getNeeds(): void {
  const missing = NEEDS.filter((need) => !need.present());
  if (missing.length === 0) return;
  const packages = missing.map((need) => need.debianPackage);
  if (userInfo().uid === 0 && onPath('apt-get')) {
    console.log(`Installing what the tests need: ${packages.join(', ')}`);
    const script = `apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq ${packages.join(' ')} >/dev/null`;
    spawnSync('sh', ['-c', script], { stdio: 'inherit' });
  }
  for (const need of NEEDS.filter((one) => !one.present()))
    console.error(
      `Missing: ${need.what}. Its tests will fail. On Debian or Ubuntu: apt-get install ${need.debianPackage}`,
    );
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'inherit' }).status === 0;
}

getNeeds();
if (!existsSync('dist/web/index.html') || slow) run('vite', ['build', '--logLevel', 'warn']);
mkdirSync('.cache', { recursive: true });

// One suite after the other: the program's times under test must not depend on a thousand unit tests beside it.
let passed = 0;
let failed = 0;
for (const suite of ['unit', 'integration', 'e2e', ...(slow ? ['slow'] : [])]) {
  const counted = runSuite(suite);
  passed += counted.passed;
  failed += counted.failed;
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function runSuite(suite: string): { passed: number; failed: number } {
  const file = `.cache/test-${suite}.json`;
  rmSync(file, { force: true });
  const reporter = suite === 'unit' ? 'dot' : 'default';
  const green = run('vitest', [
    'run',
    '--project',
    suite,
    `--reporter=${reporter}`,
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) return { passed: 0, failed: 1 };
  const results = JSON.parse(readFileSync(file, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numFailedTestSuites: number;
    numPendingTests: number;
  };
  // A file that cannot even be loaded has no failed test; it counts as one, and so does a test that was skipped.
  const counted = results.numFailedTests + results.numPendingTests;
  return {
    passed: results.numPassedTests,
    failed: counted > 0 || green ? counted : Math.max(1, results.numFailedTestSuites),
  };
}
