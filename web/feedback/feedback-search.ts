/** What the address of the Feedback page says. What is as usual is left out. */
import type { FeedbackStatus } from '#contract/feedback.ts';

/** The web imports types of the contract only. */
export const STATUSES: readonly FeedbackStatus[] = ['unread', 'read', 'resolved', 'spam'];

export interface FeedbackSearch {
  project?: string;
  query?: string;
  status?: FeedbackStatus;
}

const text = (value: unknown) =>
  typeof value === 'number' ? String(value) : typeof value === 'string' && value !== '' ? value : undefined;

export function readFeedbackSearch(search: Record<string, unknown>): FeedbackSearch {
  const project = text(search.project);
  const query = text(search.query)?.trim();
  const status = STATUSES.find((one) => one === search.status);
  return { ...(project ? { project } : {}), ...(query ? { query } : {}), ...(status ? { status } : {}) };
}
