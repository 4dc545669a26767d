/** Questions to begin with: each runs as it is over whatever was sent. */

export interface Example {
  title: string;
  what: string;
  query: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    title: 'Slowest endpoints',
    what: 'The 95th percentile of what requests took, by route',
    query: `SELECT
  coalesce(attributes['http.route'], attributes['route'], attributes['path']) AS endpoint,
  count(*) AS requests,
  round(quantile(0.95)(coalesce(attributes['duration_ms'], attributes['elapsed_ms'])), 1) AS p95_ms
FROM logs
WHERE endpoint IS NOT NULL
GROUP BY endpoint
ORDER BY p95_ms DESC
LIMIT 20`,
  },
  {
    title: 'Slowest spans',
    what: 'Which work takes longest, and how often it is done',
    query: `SELECT service, name, count(*) AS times, round(quantile(0.95)(duration_ms), 1) AS p95_ms, countIf(status = 'error') AS errors
FROM spans
GROUP BY service, name
ORDER BY p95_ms DESC
LIMIT 20`,
  },
  {
    title: 'Errors per service per hour',
    what: 'Lines of level error and fatal over time',
    query: `SELECT toStartOfHour(timestamp) AS hour, service, count(*) AS errors
FROM logs
WHERE level IN ('error', 'fatal')
GROUP BY hour, service
ORDER BY hour`,
  },
  {
    title: 'Top users by errors',
    what: 'Who runs into error events most, and into which',
    query: `SELECT user_id, count(*) AS errors, topK(3)(title) AS most_often, max(timestamp) AS last_seen
FROM events
WHERE user_id IS NOT NULL
GROUP BY user_id
ORDER BY errors DESC
LIMIT 20`,
  },
  {
    title: 'Status codes',
    what: 'How requests ended',
    query: `SELECT coalesce(attributes['http.response.status_code'], attributes['http.status_code'], attributes['status']) AS status, count(*) AS requests
FROM logs
WHERE status IS NOT NULL
GROUP BY status
ORDER BY requests DESC`,
  },
  {
    title: 'Lines per minute',
    what: 'How much is logged, by level',
    query: `SELECT toStartOfMinute(timestamp) AS minute, level, count(*) AS lines
FROM logs
GROUP BY minute, level
ORDER BY minute`,
  },
  {
    title: 'Newest lines',
    what: 'Everything about the last hundred',
    query: `SELECT *
FROM logs
ORDER BY timestamp DESC
LIMIT 100`,
  },
];
