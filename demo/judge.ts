/** Whether Tandem marked the right line: its story of an issue's newest event, held against what the incident knows to be true. */
import type { EventDetail } from '#contract/events.ts';
import type { LogHistogram } from '#contract/logs.ts';
import type { Story, StoryItem } from '#contract/story.ts';
import { eventually } from '#e2e/support/program.ts';
import type { Incident } from './incident.ts';
import type { Tandem } from './tandem.ts';

/** Services send what is left when they are stopped; without new lines for so long, all of it is there, ms. */
const SETTLED_MS = 500;
/** Of a line that is shown in the table. */
const CHARS_SHOWN = 60;

export interface Verdict {
  isRight: boolean;
  /** The line that is marked as the likely cause; null: none is. */
  marked: StoryItem | null;
  /** Which of the marked lines is the true one; null: none of them. */
  rankOfTruth: number | null;
}

export const storyOf = async (tandem: Tandem, issueId: string): Promise<Story> => {
  const newest = await tandem.get<EventDetail>(`/api/v1/issues/${issueId}/events/latest`);
  return tandem.get<Story>(`/api/v1/issues/${issueId}/events/${newest.id}/story`);
};

export async function judge(tandem: Tandem, incident: Incident, issueId: string): Promise<Verdict> {
  const { items, cause } = await storyOf(tandem, issueId);
  const marked = items.find(({ id }) => id === cause.itemId) ?? null;
  const suspects = items
    .filter(({ suspect }) => suspect)
    .toSorted((a, b) => a.suspect!.rank - b.suspect!.rank);
  const truth = suspects.find((item) => isTrueCause(incident, item));
  return {
    isRight: marked === null ? incident.cause === null : isTrueCause(incident, marked),
    marked,
    rankOfTruth: truth?.suspect?.rank ?? null,
  };
}

export const isTrueCause = ({ cause }: Incident, { service, body }: StoryItem): boolean =>
  cause !== null && service === cause.service && cause.body.test(body);

/** After the services were stopped. */
export async function allLinesAreThere(tandem: Tandem): Promise<void> {
  const query = new URLSearchParams({ project: tandem.project.slug, from: String(Date.now() - 600_000) });
  let total = -1;
  let since = 0;
  await eventually(
    () => tandem.get<LogHistogram>(`/api/v1/logs/histogram?${query}`),
    (histogram) => {
      if (histogram.total !== total) since = Date.now();
      total = histogram.total;
      return Date.now() - since >= SETTLED_MS;
    },
  );
}

/** A row of the table that is printed at the end. */
export function rowOf(name: string, how: string, { isRight, marked, rankOfTruth }: Verdict): string {
  const line = marked
    ? `${marked.service}: ${(marked.message ?? marked.body).replace(/\s+/g, ' ').slice(0, CHARS_SHOWN)}`
    : '–';
  const verdict = isRight ? 'right' : rankOfTruth ? `wrong, it is no. ${rankOfTruth}` : 'wrong';
  return `${name.padEnd(20)}  ${how.padEnd(8)}  ${verdict.padEnd(18)}  ${line}`;
}
