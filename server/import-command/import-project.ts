/**
 * One project from its source to its place here: keys, releases, then every issue with its newest events. Issues that are
 * here as the source has them are passed over, so that an import that was cut off goes on where it was.
 */
import {
  IMPORT_EVENTS_CHARS_MAX,
  IMPORT_EVENTS_MAX,
  IMPORT_ISSUES_MAX,
  IMPORT_RELEASES_MAX,
  type ImportedKeyAnswer,
  type ImportedReleasesAnswer,
  type ImportIssueAnswer,
  type ImportIssueRequest,
  type ImportMarks,
  type ImportTarget,
  type LeftOut,
} from '#contract/imports.ts';
import { type ApiClient, Refused } from '#server/platform/api-client.ts';
import { leave, note, type ProjectReport } from './report.ts';
import {
  CannotRead,
  type ListedIssue,
  type Source,
  type SourceEvent,
  SourceProblem,
  type SourceProject,
} from './source.ts';

/** Issues in a row that the source cannot give: then it gives none. */
const FAILURES_MAX = 20;

export interface Import {
  source: Source;
  target: ApiClient;
  project: SourceProject;
  /** Slug of the project here. */
  slug: string;
  eventsOfIssue: number;
  takesKeys: boolean;
  parallel: number;
  report: ProjectReport;
  progress: () => void;
  /** Somebody wants it to stop. */
  signal: AbortSignal;
}

export async function importProject(work: Import): Promise<void> {
  const { target, slug, report } = work;
  const { eventsSince } = await target.ask<ImportTarget>('GET', pathOf(slug));
  if (work.takesKeys) await importKeys(work);
  await importReleases(work);
  await importIssues(work, Date.parse(eventsSince));
  report.complete = !work.signal.aborted;
}

const pathOf = (slug: string, rest = '') => `/api/v1/imports/${encodeURIComponent(slug)}${rest}`;

async function importKeys({ source, target, project, slug, report }: Import): Promise<void> {
  const { found, left } = await source.keys(project);
  leave(report, 'keys', left);
  for (const key of found) {
    const what = `key ${key.publicKey.slice(0, 4)}…`;
    try {
      const { became } = await target.ask<ImportedKeyAnswer>('POST', pathOf(slug, '/keys'), key);
      if (became === 'elsewhere') {
        leave(report, 'keys', [{ what, why: 'another project here has it' }]);
        continue;
      }
      report.keys.found += 1;
      report.keys[became] += 1;
    } catch (error) {
      leave(report, 'keys', [{ what, why: refusal(error) }]);
    }
  }
}

async function importReleases({ source, target, project, slug, report, progress }: Import): Promise<void> {
  for await (const { found, left } of source.releases(project)) {
    leave(report, 'releases', left);
    for (let at = 0; at < found.length; at += IMPORT_RELEASES_MAX) {
      const releases = found.slice(at, at + IMPORT_RELEASES_MAX);
      const answer = await target.ask<ImportedReleasesAnswer>('POST', pathOf(slug, '/releases'), {
        releases,
      });
      report.releases.found += answer.taken + answer.known;
      report.releases.taken += answer.taken;
      report.releases.known += answer.known;
      leave(report, 'releases', answer.left);
    }
    progress();
  }
}

/** Twice: what moved from a page not read yet to one that was, while it was read, is met the second time. */
async function importIssues(work: Import, since: number): Promise<void> {
  const met = new Map<string, string>();
  await pass(work, since, met, () => false);
  await pass(work, since, met, (fresh) => fresh === 0);
}

async function pass(
  work: Import,
  since: number,
  met: Map<string, string>,
  isEnd: (fresh: number) => boolean,
): Promise<void> {
  const { source, project, report, signal, progress } = work;
  const run = pool(work.parallel);
  for await (const { found, left } of source.issues(project)) {
    if (signal.aborted) return;
    if (met.size === 0 || left.length > 0) leaveOnce(report, left, met);
    const fresh = found.filter(({ id, said }) => met.get(id) !== said);
    const marks = await marksOf(work, fresh);
    await run(fresh, async (listed) => {
      if (signal.aborted) return;
      const isFirstTime = !met.has(listed.id);
      met.set(listed.id, listed.said);
      if (isFirstTime) report.events.notAskedFor += Math.max(0, listed.events - work.eventsOfIssue);
      if (marks[listed.id] === markOf(work, listed)) {
        if (!isFirstTime) return;
        report.issues.found += 1;
        report.issues.known += 1;
      } else await importIssue(work, listed, since, isFirstTime);
      progress();
    });
    if (isEnd(fresh.length)) return;
  }
}

function leaveOnce(report: ProjectReport, left: readonly LeftOut[], met: Map<string, string>): void {
  const fresh = left.filter(({ what }) => !met.has(what));
  for (const { what } of fresh) met.set(what, '');
  leave(report, 'issues', fresh);
}

/** With more events asked for, an issue is not whole any more. */
const markOf = ({ eventsOfIssue }: Import, { said }: ListedIssue) => `${said}.${eventsOfIssue}`;

async function marksOf({ source, target, project, slug }: Import, issues: readonly ListedIssue[]) {
  const marks: Record<string, string> = {};
  for (let at = 0; at < issues.length; at += IMPORT_ISSUES_MAX) {
    const ids = issues.slice(at, at + IMPORT_ISSUES_MAX).map(({ id }) => id);
    const asked = { source: source.placeOf(project), ids };
    Object.assign(marks, (await target.ask<ImportMarks>('POST', pathOf(slug, '/marks'), asked)).marks);
  }
  return marks;
}

const failuresOf = new WeakMap<ProjectReport, number>();

async function importIssue(
  work: Import,
  listed: ListedIssue,
  since: number,
  isFirstTime: boolean,
): Promise<void> {
  const { report } = work;
  try {
    await bringIssue(work, listed, since, isFirstTime);
    failuresOf.delete(report);
  } catch (error) {
    const why = refusal(error);
    if (isFirstTime) leave(report, 'issues', [{ what: listed.name, why }]);
    const failures = (failuresOf.get(report) ?? 0) + 1;
    failuresOf.set(report, failures);
    if (failures >= FAILURES_MAX)
      throw new SourceProblem(`${failures} issues in a row cannot be brought, the last because ${why}.`, {
        cause: error,
      });
  }
}

async function bringIssue(
  { source, target, project, slug, report, eventsOfIssue }: Import,
  listed: ListedIssue,
  since: number,
  isFirstTime: boolean,
): Promise<void> {
  const { issue, left } = await source.issue(project, listed);
  const request: ImportIssueRequest = { source: source.placeOf(project), issue };
  let became: ImportIssueAnswer['became'] | undefined;
  const send = async (events: SourceEvent[], mark: string) => {
    const body = { ...request, issue: { ...issue, mark }, events };
    const answer = await target.ask<ImportIssueAnswer>('POST', pathOf(slug, '/issues'), body);
    became ??= answer.became;
    report.events.found += answer.events.taken + answer.events.known;
    report.events.taken += answer.events.taken;
    report.events.known += answer.events.known;
    leave(report, 'events', answer.events.left);
    note(report, answer.left, listed.name);
  };

  let events: SourceEvent[] = [];
  let chars = 0;
  for await (const one of source.events(project, listed, { limit: eventsOfIssue, since })) {
    leave(report, 'events', one.left);
    for (const event of one.found) {
      const length = charsOf(event);
      if (length > IMPORT_EVENTS_CHARS_MAX) {
        leave(report, 'events', [
          { what: `event ${event.event_id}`, why: 'it is larger or deeper than an import takes' },
        ]);
        continue;
      }
      if (events.length === IMPORT_EVENTS_MAX || chars + length > IMPORT_EVENTS_CHARS_MAX) {
        await send(events, '');
        [events, chars] = [[], 0];
      }
      events.push(event);
      chars += length;
    }
  }
  await send(events, `${listed.said}.${eventsOfIssue}`);
  if (!isFirstTime) return;
  note(report, left, listed.name);
  report.issues.found += 1;
  if (became === 'known') report.issues.known += 1;
  else report.issues.taken += 1;
  if (became === 'joined') report.issues.joined += 1;
}

/** Infinite for what is nested too deep to be written as JSON at all. */
function charsOf(event: SourceEvent): number {
  try {
    return JSON.stringify(event).length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Why one thing is left. What concerns everything is thrown on. */
function refusal(error: unknown): string {
  if (error instanceof CannotRead) return error.message;
  if (error instanceof Refused && error.status !== 404)
    return `refused here (${error.status}): ${error.message}`;
  throw error;
}

/** Runs so many at once; the first failure is thrown when those under way have ended. */
function pool(parallel: number) {
  return async <Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> => {
    const waiting = [...items];
    const failures: unknown[] = [];
    await Promise.all(
      Array.from({ length: parallel }, async () => {
        while (waiting.length > 0 && failures.length === 0)
          await work(waiting.shift()!).catch((error) => failures.push(error));
      }),
    );
    if (failures.length > 0) throw failures[0];
  };
}
