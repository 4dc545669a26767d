/** Looks at what became of what was sent, through the API that the screens use. */
import type { EventDetail } from '#contract/events.ts';
import type { IssueDetail, IssueList, IssueListItem } from '#contract/issues.ts';
import type { Usage } from '#contract/usage.ts';
import { eventually, type Program } from './program.ts';

/** The issue whose title contains the words, once it is there. */
export async function issueTitled(program: Program, title: string): Promise<IssueListItem> {
  const query = new URLSearchParams({ query: '', limit: '100' });
  const titled = (list: IssueList) => list.items.find((issue) => issue.title.includes(title));
  const list = await eventually(
    () => program.get<IssueList>(`/api/v1/issues?${query}`),
    (found) => titled(found) !== undefined,
  );
  return titled(list)!;
}

/** The newest event of the issue with the title, as the issue page shows it; it may be visible a moment later. */
export async function eventTitled(program: Program, title: string): Promise<EventDetail> {
  const { id } = await issueTitled(program, title);
  return eventually(
    () => program.get<EventDetail>(`/api/v1/issues/${id}/events/latest`),
    // The issue may be named after an event that cannot be queried yet, and have older ones.
    (event) => event.title.includes(title),
  );
}

/** The issue with what users wrote about it, once there is something. */
export async function issueWithFeedback(program: Program, title: string): Promise<IssueDetail> {
  const { id } = await issueTitled(program, title);
  return eventually(
    () => program.get<IssueDetail>(`/api/v1/issues/${id}`),
    ({ feedback }) => feedback.length > 0,
  );
}

/** The ledger, of one key or of all, as `{'event stored': 3, 'metric dropped kind_not_stored': 2}`, once it satisfies. */
export async function ledger(
  program: Program,
  satisfies: (lines: Record<string, number>) => boolean,
  key?: string,
): Promise<Record<string, number>> {
  const read = async () => {
    const usage = await program.get<Usage>('/api/v1/usage?period=1h');
    const sums: Record<string, number> = {};
    for (const { keyId, kind, outcome, reason, quantity } of usage.lines) {
      if (key !== undefined && keyId !== key) continue;
      const line = [kind, outcome, reason].filter(Boolean).join(' ');
      sums[line] = (sums[line] ?? 0) + quantity;
    }
    return sums;
  };
  return eventually(read, satisfies);
}
