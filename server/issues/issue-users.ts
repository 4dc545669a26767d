/** Who was affected by an issue: its users, those with the most events first. */
import type { AffectedUsers } from '#contract/issues.ts';
import { readCursor, writeCursor } from './cursor.ts';
import { eventsOf } from './events-of.ts';
import { type FoundIssue, type IssueStores, iso } from './issues.ts';

interface UserRow {
  key: string;
  hash: string;
  id: string;
  email: string;
  username: string;
  ip: string;
  times: number;
  last: number;
}

export async function readUsers(
  stores: IssueStores,
  issue: FoundIssue,
  { cursor, limit }: { cursor: string; limit: number },
): Promise<AffectedUsers> {
  const { projects, where, params } = await eventsOf(stores, issue);
  const from = readCursor(cursor, 'users');
  // A user key is hostile text; its hash stands for it in the order and in the cursor.
  const beyond = from ? 'HAVING (times, hash) < ({times:UInt64}, {hash:String})' : '';
  const [[counted], rows] = await Promise.all([
    stores.telemetry.select<{ total: number }>(
      projects,
      `SELECT uniqExact(user_key) AS total FROM events WHERE ${where} AND user_key != ''`,
      { params },
    ),
    stores.telemetry.select<UserRow>(
      projects,
      `SELECT user_key AS key, lower(hex(sipHash64(user_key))) AS hash, argMax(user_id, timestamp) AS id,
          argMax(user_email, timestamp) AS email, argMax(user_username, timestamp) AS username,
          argMax(user_ip, timestamp) AS ip, count() AS times, toUnixTimestamp64Milli(max(timestamp)) AS last
        FROM events WHERE ${where} AND user_key != ''
        GROUP BY user_key ${beyond} ORDER BY times DESC, hash DESC LIMIT {limit:UInt32}`,
      { params: { ...params, limit: limit + 1, times: from?.value, hash: from?.id } },
    ),
  ]);
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1)! : null;
  return {
    items: shown.map(toUser),
    total: Number(counted?.total ?? 0),
    nextCursor:
      last && writeCursor({ list: 'users', way: 'after', value: Number(last.times), id: last.hash }),
  };
}

function toUser({ key, id, email, username, ip, times, last }: UserRow): AffectedUsers['items'][number] {
  return { key, id, email, username, ip, events: Number(times), lastSeen: iso(Number(last)) };
}
