/**
 * `tandem export`: everything a project has, from a Tandem that runs, as files in a directory; `--verify` reads them again.
 * Loads nothing of the server. Ends with 0 when all is there, 1 when something stopped it or is wrong, 2 when it was called
 * wrongly.
 */
import { createApiClient, Refused, ServerProblem } from '#server/platform/api-client.ts';
import { ExportProblem } from './download.ts';
import { exportProject } from './export-project.ts';
import { type ExportSettings, readSettings, USAGE, WrongUsage } from './settings.ts';
import { verify } from './verify.ts';

const isTerminal = process.stderr.isTTY === true;
const say = (sentence: string) =>
  void process.stderr.write(`${isTerminal ? '\r\x1b[K' : ''}tandem export: ${sentence}\n`);
const progress = (path: string) => {
  if (isTerminal) process.stderr.write(`\r\x1b[K${path}`);
};
const of = (count: number, noun: string) =>
  `${count.toLocaleString('en-US')} ${noun}${count === 1 ? '' : 's'}`;

async function runExport(settings: ExportSettings): Promise<void> {
  const { url, token, patienceMs, directory } = settings;
  const server = { url, token, patienceMs, say };
  try {
    const { manifest, gone } = await exportProject(settings, createApiClient(server), server, progress);
    if (isTerminal) process.stderr.write('\r\x1b[K');
    const { files, plan } = manifest;
    const records = files.reduce((sum, file) => sum + file.records, 0);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    console.log(
      [
        `${plan.project.slug}: ${of(records, 'record')} in ${of(files.length, 'file')}, ${of(bytes, 'byte')}, as of ${plan.until}`,
        ...gone.map((path) => `  not there any more: ${path}`),
        ...plan.left.map(({ what, why }) => `  not in it: ${what} (${why})`),
      ].join('\n'),
    );
  } catch (error) {
    process.exitCode = 1;
    say(sentenceOf(error));
    if (!(error instanceof Refused))
      say(`what is in ${directory} is whole. Run the same command again: it goes on from there.`);
  }
}

async function runVerify(directory: string): Promise<void> {
  const { files, records, bytes, problems } = await verify(directory);
  for (const problem of problems) console.log(problem);
  if (problems.length > 0) process.exitCode = 1;
  else console.log(`Whole: ${of(records, 'record')} in ${of(files, 'file')}, ${of(bytes, 'byte')}.`);
}

function sentenceOf(problem: unknown): string {
  if (problem instanceof ExportProblem || problem instanceof ServerProblem) return problem.message;
  if (problem instanceof Refused) return `Tandem refuses: ${problem.message}`;
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}

try {
  const args = process.argv.slice(2);
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) console.log(USAGE);
  else {
    const settings = readSettings(args, process.env);
    if ('verify' in settings) await runVerify(settings.verify);
    else await runExport(settings);
  }
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error([error.message, USAGE].filter(Boolean).join('\n\n'));
  process.exitCode = 2;
}
