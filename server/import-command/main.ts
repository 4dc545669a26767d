/**
 * `tandem import`: what a tracker has comes to a Tandem that runs, by the APIs of both. Loads nothing of the server. Ends
 * with 0 when all of it was read, 1 when something stopped it, 2 when it was called wrongly; in each case what was brought
 * is whole, and the same command goes on from there.
 */
import type { ProjectSummary } from '#contract/people.ts';
import { type ApiClient, createApiClient, Refused, ServerProblem } from '#server/platform/api-client.ts';
import { BUGSINK_API, bugsinkSource } from './bugsink-source.ts';
import { importProject } from './import-project.ts';
import { openReport, type ProjectReport, reportText } from './report.ts';
import { sentrySource } from './sentry-source.ts';
import { readSettings, type Settings, USAGE, WrongUsage } from './settings.ts';
import { CannotRead, type Source, SourceProblem, type SourceProject } from './source.ts';
import { createSourceClient, type SourceClient } from './source-client.ts';

/** Between two lines of progress where no terminal shows one that changes, ms. */
const SAY_EVERY_MS = 10_000;

const isTerminal = process.stderr.isTTY === true;
const say = (sentence: string) =>
  void process.stderr.write(`${isTerminal ? '\r\x1b[K' : ''}tandem import: ${sentence}\n`);

async function openSource(settings: Settings): Promise<Source> {
  const { from, organization, patienceMs } = settings;
  const client = createSourceClient({ ...from, patienceMs, say });
  const kind = settings.kind ?? (await kindOf(client));
  if (kind === 'bugsink') return bugsinkSource({ client, url: from.url });
  if (organization === '') throw new WrongUsage('Say the organization there: --org SLUG');
  return sentrySource({ client, url: from.url, organization, now: Date.now });
}

/** Only Bugsink has such an address; its answer to a wrong token is told as that. */
async function kindOf(client: SourceClient): Promise<'sentry' | 'bugsink'> {
  try {
    return (await client.get(`${BUGSINK_API}/projects/`)) === null ? 'sentry' : 'bugsink';
  } catch (error) {
    if (error instanceof CannotRead || (error instanceof SourceProblem && error.cause instanceof SyntaxError))
      return 'sentry';
    throw error;
  }
}

function chosen(there: readonly SourceProject[], { projects, from }: Settings) {
  if (projects.length === 0) return there.map((project) => ({ project, here: slugHere(project.slug) }));
  return projects.map((named) => {
    const project = there.find(({ slug, id }) => slug === named.there || id === named.there);
    if (!project)
      throw new SourceProblem(
        `${from.url} has no project ${named.there} for this token. It has ${there.map(({ slug }) => slug).join(', ') || 'none'}.`,
      );
    return { project, here: named.here ?? slugHere(project.slug) };
  });
}

/** As slugs are here: letters, digits and dashes. */
function slugHere(slug: string): string {
  const plain = slug
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replaceAll(/^-+|-+$/g, '');
  return /[a-z]/.test(plain) ? plain : `project-${plain}`.slice(0, 50);
}

/** Resolves with whether the project was there. */
async function findOrMake(
  target: ApiClient,
  slug: string,
  { name, platform }: SourceProject,
): Promise<boolean> {
  try {
    await target.ask<ProjectSummary>('GET', `/api/v1/projects/${encodeURIComponent(slug)}`);
    return true;
  } catch (error) {
    if (!(error instanceof Refused) || error.status !== 404) throw error;
  }
  const made = { name: name.slice(0, 100), slug, platform: platform.slice(0, 50) };
  await target.ask<ProjectSummary>('POST', '/api/v1/projects', made);
  return false;
}

function createProgress(report: () => ProjectReport | undefined): () => void {
  let saidAt = Date.now();
  return () => {
    const now = report();
    if (!now) return;
    const line = `${now.from}: ${now.issues.found} issues, ${now.events.taken} events taken`;
    if (isTerminal) process.stderr.write(`\r\x1b[K${line}`);
    else if (Date.now() - saidAt > SAY_EVERY_MS) {
      saidAt = Date.now();
      say(line);
    }
  };
}

async function main(settings: Settings): Promise<void> {
  const reports: ProjectReport[] = [];
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      say('stopping after what is under way; once more stops at once.');
      stopping.abort();
    });
  const progress = createProgress(() => reports.at(-1));
  let problem: unknown;
  try {
    const source = await openSource(settings);
    const target = createApiClient({ ...settings.to, patienceMs: settings.patienceMs, say });
    for (const { project, here } of chosen(await source.projects(), settings)) {
      if (stopping.signal.aborted) break;
      const report = openReport(project.slug, here, await findOrMake(target, here, project));
      reports.push(report);
      await importProject({
        ...{ source, target, project, slug: here, report, progress, signal: stopping.signal },
        ...{ eventsOfIssue: settings.eventsOfIssue, takesKeys: settings.takesKeys },
        parallel: settings.parallel,
      });
    }
  } catch (error) {
    problem = error;
  }
  if (problem instanceof WrongUsage) throw problem;
  if (isTerminal) process.stderr.write('\r\x1b[K');
  console.log(
    settings.isJson ? JSON.stringify({ projects: reports }, null, 2) : reports.map(reportText).join('\n\n'),
  );
  if (problem === undefined && !stopping.signal.aborted) return;
  process.exitCode = 1;
  if (problem !== undefined) say(sentenceOf(problem));
  say('what was brought is whole. Run the same command again: it goes on from there.');
}

/** What nobody foresaw is told with all we know. */
function sentenceOf(problem: unknown): string {
  if (problem instanceof SourceProblem || problem instanceof ServerProblem) return problem.message;
  if (problem instanceof Refused) return `Tandem refuses: ${problem.message}`;
  return problem instanceof Error ? (problem.stack ?? problem.message) : String(problem);
}

try {
  const args = process.argv.slice(2);
  if (args.length === 0 || args.includes('--help') || args.includes('-h')) console.log(USAGE);
  else await main(readSettings(args, process.env));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error([error.message, USAGE].filter(Boolean).join('\n\n'));
  process.exitCode = 2;
}
