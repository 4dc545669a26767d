/** `tandem import` and `tandem export` as a person runs them, and what they said. */
import type { ProjectReport } from '#server/import-command/report.ts';
import { type Ran, run } from './clients.ts';
import { type Program, TOKEN } from './program.ts';

export interface ImportFrom {
  url: string;
  token: string;
}

/** Patience is short: what a test breaks stays broken. */
export function runImport(from: ImportFrom, to: Program, ...options: string[]): Promise<Ran> {
  return run(
    process.execPath,
    ['bin/tandem.mjs', 'import', '--from', from.url, '--to', to.url, '--patience', '2', ...options],
    { environment: { SENTRY_AUTH_TOKEN: from.token, TANDEM_TOKEN: TOKEN } },
  );
}

/** An import that is complete. */
export async function importAll(
  from: ImportFrom,
  to: Program,
  ...options: string[]
): Promise<ProjectReport[]> {
  const { code, output } = await runImport(from, to, '--json', ...options);
  const begin = output.indexOf('{');
  if (code !== 0 || begin < 0) throw new Error(`the import ended with ${code}:\n${output}`);
  const { projects } = JSON.parse(output.slice(begin)) as { projects: ProjectReport[] };
  for (const { issues, events, keys, releases } of projects)
    for (const { found, taken, known, left } of [issues, events, keys, releases])
      if (found !== taken + known + left) throw new Error(`not all is accounted for:\n${output}`);
  return projects;
}

export function runExport(program: Program, directory: string, ...options: string[]): Promise<Ran> {
  return run(
    process.execPath,
    [
      ...['bin/tandem.mjs', 'export', '--url', program.url, '--to', directory],
      ...['--project', 'default', '--patience', '2', ...options],
    ],
    { environment: { TANDEM_TOKEN: TOKEN } },
  );
}

export const verifyExport = (directory: string): Promise<Ran> =>
  run(process.execPath, ['bin/tandem.mjs', 'export', '--verify', directory]);
