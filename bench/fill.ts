/**
 * Fills a stopped program's stores with many events, spread over 14 days, 10,000 issues (or as many as are asked for) of
 * very uneven size and 100,000 users: by SQL in the engine, since sending them would take an hour. What the read side sees is the same.
 */
import { join } from 'node:path';
import { createLog } from '#server/platform/log.ts';
import { openMetadata } from '#server/store/metadata/open-metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { connect } from '#server/store/telemetry/connection.ts';
import { openEmbeddedEngine } from '#server/store/telemetry/engine/embedded.ts';

export const ISSUES = 10_000;
const USERS = 100_000;
const DAYS = 14;

export async function fill(dataDirectory: string, events: number, issueCount = ISSUES): Promise<void> {
  const log = createLog('fatal');
  const engine = await openEmbeddedEngine({
    directory: join(dataDirectory, 'telemetry'),
    memoryBytesMax: 4_000_000_000,
    log,
  });
  const client = connect(engine.address);
  const metadata = await openMetadata({ url: '', dataDirectory, log });
  try {
    const perDay = Math.ceil(events / DAYS);
    const midnight = Math.floor(Date.now() / 86_400_000) * 86_400_000;
    for (let day = 0; day < DAYS; day += 1)
      await client.command({
        query: INSERT_DAY,
        query_params: {
          rows: perDay,
          seed: day,
          from: midnight - day * 86_400_000,
          issues: issueCount,
          users: USERS,
        },
        // The last day is today: nothing may lie in the future.
        clickhouse_settings: { max_memory_usage: '3000000000' },
      });
    const issues = await (
      await client.query({
        query: ISSUES_OF_EVENTS,
        format: 'JSONEachRow',
        clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
      })
    ).json<IssueOfEvents>();
    await metadata.transaction([1], async (transaction) => {
      const numbered = issues.map((issue, at) => ({ issue, number: at + 1 }));
      for (const part of statementParts(numbered, ISSUE_COLUMNS)) {
        const rows = await transaction
          .insertInto('issue')
          .values(part.map(({ issue, number }) => issueRow(issue, number)))
          .returning(['id', 'number'])
          .execute();
        const idOf = new Map(rows.map(({ id, number }) => [number, id]));
        await transaction
          .insertInto('issue_hash')
          .values(
            part.map(({ issue, number }) => ({
              ...{ project_id: 1, hash: issue.grouping_hash },
              ...{ issue_id: idOf.get(number)!, created_at: issue.first },
            })),
          )
          .execute();
        await transaction
          .insertInto('hash_stack')
          .values(
            part.map(({ issue }) => ({
              ...{ project_id: 1, hash: issue.grouping_hash },
              stack: stackOf(Number(/step (\d+)/.exec(issue.title)![1])),
            })),
          )
          .execute();
      }
      await transaction
        .updateTable('project')
        .set({ last_issue_number: issues.length, first_event_at: midnight })
        .where('id', '=', 1)
        .execute();
    });
  } finally {
    await metadata.close();
    await client.close();
    await engine.stop();
  }
}

/** Bound values of an inserted issue, and some to spare. */
const ISSUE_COLUMNS = 40;

/** Ten frames, as a program of some thousand files has them: half of its own, 450 characters. */
function stackOf(kind: number): string {
  const frames = Array.from({ length: 10 }, (_, depth) => {
    const file = (kind * 7 + depth * 131) % 4000;
    return depth < 5
      ? `f:step${kind % 977}call${depth}\np:src/orders/part${file}/step.js`
      : `f:next${depth}\np:node_modules/router/layer${file % 40}.js`;
  });
  return `\n${frames.join('\n')}\n`;
}

interface IssueOfEvents {
  grouping_hash: string;
  events: number;
  users: number;
  first: number;
  last: number;
  title: string;
  last_event_id: string;
}

/** The cube of an even spread: the largest issue has some percent of all events, most have a few hundred. */
const INSERT_DAY = `
INSERT INTO events (project_id, grouping_hash, grouping_hashes, event_id, timestamp, received_at, type, level, platform, title, culprit, message,
  exception_type, exception_value, release, environment, host, sdk_name, user_key, user_id, trace_id, url, handled, tags, payload)
WITH
  intHash64(number + 1000000007 * {seed:UInt64}) AS random,
  toUInt32({issues:UInt32} * pow((random % 1000003) / 1000003, 3)) AS kind,
  toString(intHash32(random) % {users:UInt32}) AS user,
  fromUnixTimestamp64Milli(least({from:Int64} + toInt64(random % 86400000), toInt64(toUnixTimestamp64Milli(now64(3))))) AS at,
  concat('Kind', toString(kind % 97), 'Error') AS exception,
  concat('step ', toString(kind), ' failed for the order') AS text,
  lower(hex(MD5(toString(random)))) AS id
SELECT 1, lower(hex(MD5(toString(kind)))), [lower(hex(MD5(toString(kind))))], id, at, at, 'error', if(kind % 11 = 0, 'fatal', 'error'), 'node',
  concat(exception, ': ', text), concat('step', toString(kind), '(src/step.js)'), '', exception, text,
  concat('shop@1.', toString(kind % 5), '.0'), if(kind % 10 = 0, 'staging', 'production'), concat('web-', toString(random % 8)),
  'sentry.javascript.node', concat('id:', user), user, lower(hex(MD5(toString(intDiv(random, 3))))), concat('/step/', toString(kind)),
  toUInt8(kind % 2),
  map('level', 'error', 'release', concat('shop@1.', toString(kind % 5), '.0'), 'server_name', concat('web-', toString(random % 8)),
      'region', if(random % 2 = 0, 'eu', 'us'), 'browser', concat('Chrome ', toString(100 + random % 20))),
  concat('{"event_id":"', id, '","type":"error","level":"error","platform":"node","tags":[["region","eu"]],"timestamp":',
    toString(toUnixTimestamp(at)), ',"received":', toString(toUnixTimestamp(at)), ',"exception":{"values":[{"type":"', exception, '","value":"', text,
    '","stacktrace":{"frames":[{"filename":"src/step.js","function":"step', toString(kind), '","lineno":', toString(kind % 400),
    ',"in_app":true,"context_line":"  throw new StepError(order);"}]}}]}}')
FROM numbers({rows:UInt64})`;

const ISSUES_OF_EVENTS = `
SELECT grouping_hash, count() AS events, uniqExact(user_key) AS users, toUnixTimestamp64Milli(min(timestamp)) AS first,
  toUnixTimestamp64Milli(max(timestamp)) AS last, any(title) AS title, argMax(event_id, timestamp) AS last_event_id
FROM events GROUP BY grouping_hash ORDER BY first`;

function issueRow(issue: IssueOfEvents, number: number) {
  return {
    project_id: 1,
    number,
    title: issue.title,
    culprit: 'step(src/step.js)',
    type: 'error',
    exception_type: issue.title.split(':', 1)[0]!,
    exception_value: issue.title.slice(issue.title.indexOf(':') + 2),
    level: 'error',
    platform: 'node',
    logger: '',
    status: 'unresolved' as const,
    substate: 'ongoing' as const,
    substate_at: issue.first,
    first_seen: issue.first,
    last_seen: issue.last,
    event_count: issue.events,
    user_count: Math.min(issue.users, 10_000),
    first_release: 'shop@1.0.0',
    last_release: 'shop@1.4.0',
    last_event_id: issue.last_event_id,
    unhandled: 0 as const,
    resolved_at: null,
    resolved_by: null,
    created_at: issue.first,
  };
}
