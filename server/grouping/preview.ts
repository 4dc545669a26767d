/**
 * What other rules would have done to the events stored last: the same code that groups, over the same payloads, once with
 * the present rules and once with the draft. Rules change nothing that is stored, so this is what would happen to such events
 * from now on. Bounded in events, bytes and time; answers what it looked at. Works a few events at a time, so that the
 * requests of others are answered meanwhile.
 */
import { setImmediate } from 'node:timers/promises';
import type { GroupingPreview, GroupingPreviewIssue } from '#contract/grouping.ts';
import { shortId } from '#server/issues/short-id.ts';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { titleOf } from '#server/process/group/title.ts';
import { markInApp, stacksOf } from '#server/process/in-app/mark-in-app.ts';
import { readFingerprintRules } from '#server/process/rules/fingerprint-rules.ts';
import { type GroupingRules, groupingRules, type RuleTexts } from '#server/process/rules/grouping-rules.ts';
import { readStackTraceRules } from '#server/process/rules/stack-trace-rules.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import type { TelemetryStore } from '#server/store/telemetry/telemetry.ts';
import { problemsOf } from './rule-store.ts';

/** Events looked at. */
export const PREVIEW_EVENTS = 1_000;
/** Milliseconds from the question to the answer. */
const TIME_MS_MAX = 10_000;
/** How far back, days: the newest thousand of a project are nearly always younger. */
const DAYS = 30;
/** Characters of a payload: two in a thousand are longer. */
const PAYLOAD_CHARS_MAX = 65_536;
/** Events read at once: 8 MB of payloads at most. */
const PAGE = 125;
/** Events grouped between two turns of the loop: some milliseconds. */
const TURN = 10;
/** Of each kind of change. */
const SHOWN_MAX = 20;

interface Deps {
  db: MetadataDb;
  telemetry: TelemetryStore;
  clock: { now(): number };
}

interface StoredEvent {
  event_id: string;
  at: number;
  grouping_hash: string;
  title: string;
  payload: string;
}

/** One event under both sets of rules. */
interface Regrouped {
  eventId: string;
  /** Of the row: what leads to its issue. */
  stored: string;
  present: string[];
  draft: string[];
  draftTitle: string;
}

export async function previewRules(
  deps: Deps,
  project: { id: number; slug: string },
  present: RuleTexts,
  draft: RuleTexts,
): Promise<GroupingPreview> {
  const end = performance.now() + TIME_MS_MAX;
  const rules = { present: groupingRules(present), draft: groupingRules(draft) };
  const uses = new RuleUses(draft);
  const regrouped: Regrouped[] = [];
  const times: number[] = [];
  let cutShort = '';
  let after: StoredEvent | undefined;
  while (cutShort === '' && regrouped.length < PREVIEW_EVENTS) {
    const page = await newestEvents(deps, project.id, after);
    for (const [at, stored] of page.entries()) {
      if (at % TURN === 0) await setImmediate();
      if (performance.now() > end) {
        cutShort = `Only ${regrouped.length} events: looking took longer than ${TIME_MS_MAX / 1000} seconds.`;
        break;
      }
      regrouped.push(regroup(stored, rules, uses));
      times.push(Number(stored.at));
    }
    after = page.at(-1);
    if (page.length < PAGE) break;
  }
  if (regrouped.length === PREVIEW_EVENTS) cutShort = `Only the newest ${PREVIEW_EVENTS} events.`;
  // Oldest first, as they came: which of two groups was there first decides where an event goes that belongs to both.
  const changes = await changesOf(deps.db, project, regrouped.toReversed());
  return {
    problems: problemsOf(draft),
    events: regrouped.length,
    from: times.length > 0 ? new Date(times.at(-1)!).toISOString() : null,
    to: times.length > 0 ? new Date(times[0]!).toISOString() : null,
    cutShort,
    ...changes,
    ...uses.said(),
  };
}

async function newestEvents(
  { telemetry, clock }: Deps,
  project: number,
  after: StoredEvent | undefined,
): Promise<StoredEvent[]> {
  return telemetry.select<StoredEvent>(
    [project],
    `SELECT event_id, toUnixTimestamp64Milli(timestamp) AS at, grouping_hash, title, payload FROM events
      WHERE project_id IN {projects:Array(UInt32)} AND timestamp >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')
        AND length(payload) <= ${PAYLOAD_CHARS_MAX}
        ${
          after
            ? `AND timestamp <= fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC')
        AND (timestamp, event_id) < (fromUnixTimestamp64Milli({afterAt:Int64}, 'UTC'), {afterId:String})`
            : ''
        }
      ORDER BY timestamp DESC, event_id DESC LIMIT ${PAGE}`,
    {
      params: { from: clock.now() - DAYS * 86_400_000, afterAt: after?.at, afterId: after?.event_id },
    },
  );
}

function regroup(
  { event_id, grouping_hash, payload }: StoredEvent,
  rules: Record<'present' | 'draft', GroupingRules | undefined>,
  uses: RuleUses,
): Regrouped {
  const event = JSON.parse(payload) as EventPayload;
  markInApp(event, rules.present?.stack);
  const present = groupV1(event, rules.present).hashes;
  markInApp(event, rules.draft?.stack);
  const draft = groupV1(event, rules.draft).hashes;
  const draftTitle = titleOf(event, rules.draft).title;
  if (rules.draft) uses.count(event, rules.draft, draftTitle);
  return { eventId: event_id, stored: grouping_hash, present, draft, draftTitle };
}

/** Which rules of the draft decided or changed something. */
class RuleUses {
  readonly #lines: GroupingPreview['rules'];
  readonly #titles = new Map<string, number>();

  constructor({ fingerprint, stackTrace }: RuleTexts) {
    this.#lines = [
      ...readFingerprintRules(fingerprint).rules.map(({ line, text }) => ({
        in: 'fingerprint' as const,
        ...{ line, text, events: 0 },
      })),
      ...readStackTraceRules(stackTrace).rules.map(({ line, text }) => ({
        in: 'stackTrace' as const,
        ...{ line, text, events: 0 },
      })),
    ];
  }

  count(event: EventPayload, rules: GroupingRules, title: string): void {
    const fingerprint = rules.fingerprint(event);
    if (fingerprint?.title) this.#titles.set(title, (this.#titles.get(title) ?? 0) + 1);
    const used = new Set<string>();
    for (const { frames, exception } of stacksOf(event)) {
      const { marks, maxFrames, minFrames } = rules.stack.grouped(frames, event.platform, exception);
      for (const mark of [...marks, maxFrames, minFrames]) if (mark) used.add(mark.rule);
      for (const frame of frames) used.add(rules.stack.whyInApp(frame) ?? '');
    }
    for (const line of this.#lines)
      if (line.in === 'fingerprint' ? line.line === fingerprint?.line : used.has(`rule ${line.text}`))
        line.events += 1;
  }

  said(): Pick<GroupingPreview, 'rules' | 'titles'> {
    const titles = [...this.#titles].toSorted(([, a], [, b]) => b - a).slice(0, SHOWN_MAX);
    return { rules: this.#lines, titles: titles.map(([title, events]) => ({ title, events })) };
  }
}

/** Where events would go: an issue by its id, or a new one by a number of our own. */
type Place = `issue ${number}` | `new ${number}`;

interface Move {
  from: Place;
  to: Place;
  event: Regrouped;
}

type Changes = Pick<
  GroupingPreview,
  'moved' | 'merges' | 'mergesTotal' | 'splits' | 'splitsTotal' | 'replaced' | 'replacedTotal'
>;

async function changesOf(
  db: MetadataDb,
  project: { id: number; slug: string },
  events: readonly Regrouped[],
): Promise<Changes> {
  const owners = await ownersOf(db, project.id, events);
  const moves = movesOf(events, owners);
  const shown = await shower(db, project.slug, moves);
  const byTo = Map.groupBy(moves, ({ to }) => to);
  const byFrom = Map.groupBy(moves, ({ from }) => from);
  const isMoved = (some: readonly Move[]) => some.some(({ from, to }) => from !== to);
  const grouped = (some: readonly Move[], key: 'from' | 'to') =>
    [...Map.groupBy(some, (move) => move[key])]
      .toSorted(([, a], [, b]) => b.length - a.length)
      .slice(0, SHOWN_MAX)
      .map(([place, part]) => shown(place, part));
  const places = (some: readonly Move[], key: 'from' | 'to') => new Set(some.map((move) => move[key])).size;
  const largest = (a: readonly [Place, Move[]], b: readonly [Place, Move[]]) => b[1].length - a[1].length;

  const merges = [...byTo].filter(([, some]) => isMoved(some) && places(some, 'from') > 1).toSorted(largest);
  const splits = [...byFrom].filter(([, some]) => isMoved(some) && places(some, 'to') > 1).toSorted(largest);
  const replaced = [...byFrom]
    .filter(([, some]) => {
      const { to } = some[0]!;
      return isMoved(some) && places(some, 'to') === 1 && places(byTo.get(to)!, 'from') === 1;
    })
    .toSorted(largest);
  return {
    moved: moves.filter(({ from, to }) => from !== to).length,
    merges: merges
      .slice(0, SHOWN_MAX)
      .map(([to, some]) => ({ into: shown(to, some), from: grouped(some, 'from') })),
    mergesTotal: merges.length,
    splits: splits
      .slice(0, SHOWN_MAX)
      .map(([from, some]) => ({ from: shown(from, some), into: grouped(some, 'to') })),
    splitsTotal: splits.length,
    replaced: replaced
      .slice(0, SHOWN_MAX)
      .map(([from, some]) => ({ from: shown(from, some), into: shown(some[0]!.to, some) })),
    replacedTotal: replaced.length,
  };
}

/** Which issue each of the hashes leads to. */
async function ownersOf(
  db: MetadataDb,
  project: number,
  events: readonly Regrouped[],
): Promise<ReadonlyMap<string, number>> {
  const hashes = new Set(events.flatMap(({ stored, draft }) => [stored, ...draft]));
  const owners = new Map<string, number>();
  for (const part of statementParts([...hashes], 1)) {
    const rows = await db
      .selectFrom('issue_hash')
      .select(['hash', 'issue_id'])
      .where('project_id', '=', project)
      .where('hash', 'in', part)
      .execute();
    for (const { hash, issue_id } of rows) owners.set(hash, issue_id);
  }
  return owners;
}

/** Of events that are in an issue still. An event that both sets of rules group alike stays where it is. */
function movesOf(events: readonly Regrouped[], owners: ReadonlyMap<string, number>): Move[] {
  const fresh = new Map<string, Place>();
  return events.flatMap((event): Move[] => {
    const issue = owners.get(event.stored);
    if (issue === undefined) return [];
    const from: Place = `issue ${issue}`;
    if (event.draft.join() === event.present.join()) return [{ from, to: from, event }];
    // As when events come in: the first hash that leads anywhere decides.
    const leading = event.draft.find((hash) => owners.has(hash) || fresh.has(hash)) ?? '';
    const owner = owners.get(leading);
    const to: Place = owner === undefined ? (fresh.get(leading) ?? `new ${fresh.size}`) : `issue ${owner}`;
    for (const hash of event.draft) if (!owners.has(hash) && !fresh.has(hash)) fresh.set(hash, to);
    return [{ from, to, event }];
  });
}

async function shower(db: MetadataDb, slug: string, moves: readonly Move[]) {
  const numberOf = (place: Place) => Number(place.slice(place.indexOf(' ') + 1));
  const ids = new Set(
    moves.flatMap(({ from, to }) => [from, to].filter((place) => place.startsWith('issue')).map(numberOf)),
  );
  const issues = new Map<number, { number: number; title: string }>();
  for (const part of statementParts([...ids], 1))
    for (const row of await db
      .selectFrom('issue')
      .select(['id', 'number', 'title'])
      .where('id', 'in', part)
      .execute())
      issues.set(row.id, row);
  return (place: Place, some: readonly Move[]): GroupingPreviewIssue => {
    const issue = place.startsWith('issue') ? issues.get(numberOf(place)) : undefined;
    const { eventId, draftTitle } = some[0]!.event;
    return {
      id: issue ? String(numberOf(place)) : null,
      shortId: issue ? shortId(slug, issue.number) : '',
      title: issue ? issue.title : draftTitle,
      events: some.length,
      exampleEventId: eventId,
    };
  };
}
