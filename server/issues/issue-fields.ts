/**
 * The keys of an issue search that the issue itself answers, without asking its events. A table of what each key
 * compares; the spellings are ours, Sentry's and those people try.
 */
import type { StackPart } from '#server/record/stack-text.ts';
import type { IssueRow, IssueStatus } from './lifecycle.ts';
import type { PeopleField } from './teamwork/people-search.ts';

type Column = keyof IssueRow;

export type IssueField =
  /** Compares exactly, or by wildcard without regard to case. */
  | { kind: 'text'; column: Column }
  /** The same; `latest` is the newest release of each project. */
  | { kind: 'release'; column: Column }
  /** Found anywhere in any of the columns. */
  | { kind: 'words'; columns: readonly Column[] }
  | { kind: 'number'; column: Column }
  | { kind: 'time'; column: Column }
  /** `true` or `false`; negated for the opposite word. */
  | { kind: 'flag'; column: Column; trueIs: 0 | 1 }
  | { kind: 'project' }
  /** Id or short id. */
  | { kind: 'issue' }
  | { kind: 'state' }
  | { kind: 'people'; field: PeopleField }
  /** Names of a part of the stacks of its kinds of events. */
  | { kind: 'stack'; part: StackPart };

/** Where free text is looked for, besides the stacks. */
export const ISSUE_TEXTS = ['title', 'culprit', 'exception_value'] as const;

const status: IssueField = { kind: 'state' };
const project: IssueField = { kind: 'project' };
const issue: IssueField = { kind: 'issue' };
const errorType: IssueField = { kind: 'text', column: 'exception_type' };
const errorValue: IssueField = { kind: 'text', column: 'exception_value' };
const platform: IssueField = { kind: 'text', column: 'platform' };
const firstRelease: IssueField = { kind: 'release', column: 'first_release' };
const lastRelease: IssueField = { kind: 'release', column: 'last_release' };
const events: IssueField = { kind: 'number', column: 'event_count' };
const users: IssueField = { kind: 'number', column: 'user_count' };
const assigned: IssueField = { kind: 'people', field: 'assigned' };
const firstSeen: IssueField = { kind: 'time', column: 'first_seen' };

/** By canonicalKey: lower case, no underscores. */
export const ISSUE_FIELDS: ReadonlyMap<string, IssueField> = new Map(
  Object.entries<IssueField>({
    is: status,
    project,
    'project.name': project,
    issue,
    'issue.id': issue,
    id: issue,
    level: { kind: 'text', column: 'level' },
    priority: { kind: 'text', column: 'priority' },
    'issue.priority': { kind: 'text', column: 'priority' },
    platform,
    'platform.name': platform,
    logger: { kind: 'text', column: 'logger' },
    'event.type': { kind: 'text', column: 'type' },
    type: errorType,
    'error.type': errorType,
    value: errorValue,
    'error.value': errorValue,
    title: { kind: 'text', column: 'title' },
    culprit: { kind: 'text', column: 'culprit' },
    location: { kind: 'text', column: 'culprit' },
    message: { kind: 'words', columns: ISSUE_TEXTS },
    'error.unhandled': { kind: 'flag', column: 'unhandled', trueIs: 1 },
    'error.handled': { kind: 'flag', column: 'unhandled', trueIs: 0 },
    firstrelease: firstRelease,
    lastrelease: lastRelease,
    timesseen: events,
    events,
    users,
    usersseen: users,
    usercount: users,
    firstseen: firstSeen,
    age: firstSeen,
    lastseen: { kind: 'time', column: 'last_seen' },
    assigned,
    assignedto: assigned,
    assignee: assigned,
    assignedorsuggested: { kind: 'people', field: 'assigned_or_suggested' },
    bookmarks: { kind: 'people', field: 'bookmarks' },
    subscribed: { kind: 'people', field: 'subscribed' },
    'stack.function': { kind: 'stack', part: 'function' },
    'stack.filename': { kind: 'stack', part: 'filename' },
    'stack.module': { kind: 'stack', part: 'module' },
    'stack.abspath': { kind: 'stack', part: 'abs_path' },
    'stack.package': { kind: 'stack', part: 'package' },
  }),
);

/** What `is:` takes. */
export type IsCondition =
  | { status: IssueStatus }
  | { substate: 'new' | 'regressed' | 'escalating' | 'ongoing' }
  | { archivedUntil: readonly IssueRow['archived_until'][] }
  | { unhandled: 0 | 1 }
  | { expected: true }
  /** Has events that are made of log records. */
  | { fromLogs: true }
  | { assigned: boolean }
  /** News that nobody has taken on. */
  | { review: true };

export const IS_CONDITIONS: ReadonlyMap<string, IsCondition> = new Map(
  Object.entries<IsCondition>({
    unresolved: { status: 'unresolved' },
    resolved: { status: 'resolved' },
    archived: { status: 'archived' },
    ignored: { status: 'archived' },
    new: { substate: 'new' },
    regressed: { substate: 'regressed' },
    escalating: { substate: 'escalating' },
    ongoing: { substate: 'ongoing' },
    archived_forever: { archivedUntil: ['forever'] },
    archived_until_escalating: { archivedUntil: ['escalating'] },
    archived_until_condition_met: { archivedUntil: ['time', 'events', 'users'] },
    unhandled: { unhandled: 1 },
    handled: { unhandled: 0 },
    expected: { expected: true },
    from_logs: { fromLogs: true },
    assigned: { assigned: true },
    unassigned: { assigned: false },
    for_review: { review: true },
  }),
);
