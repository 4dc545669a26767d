/**
 * Whom Sentry's clients mean by `assignedTo`: `user:ID`, `team:ID`, an id, an e-mail or a name of a member, `#slug`; empty
 * for nobody. https://docs.sentry.io/api/events/update-an-issue/
 */
import type { Assignee } from '#contract/teamwork.ts';
import type { Viewer } from '#server/accounts/accounts.ts';
import { wantedAssignee } from '#server/issues/teamwork/assignment.ts';
import { reject } from '#server/record/rejections.ts';
import { peopleOfEmails } from '#server/releases/known-owners.ts';
import type { SentryApi } from './sentry-api.ts';

export async function assignedTo(api: SentryApi, viewer: Viewer, text: string): Promise<Assignee | null> {
  if (text === '') return null;
  const team = /^(?:team:|#)(.+)$/.exec(text)?.[1];
  if (team !== undefined) return wantedAssignee(api, viewer, { teamId: team });
  const named = text.replace(/^user:/, '');
  const people = await api.peopleNames(viewer.organization.id);
  const known = await peopleOfEmails(
    api.metadata.db,
    viewer.organization.id,
    named.includes('@') ? [named] : [],
  );
  const userId =
    (named === 'me' && viewer.userId) ||
    (people.has(named) && named) ||
    known.get(named.toLowerCase())?.id ||
    [...people].find(([, name]) => name.toLowerCase() === named.toLowerCase())?.[0];
  if (!userId) throw reject('request_invalid', `assignedTo: nobody here is "${named.slice(0, 100)}"`);
  return wantedAssignee(api, viewer, { userId });
}
