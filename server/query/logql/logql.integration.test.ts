/** LogQL on the real engine: examples with known answers, and what a caller sees of limits and pages. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestTelemetry, type TestTelemetry } from '#server/store/telemetry/start-test-telemetry.ts';
import { countLabelValues, listLabels, listLabelValues } from './list-labels.ts';
import { listStreams } from './list-streams.ts';
import { flattenStreams, type LogQlRequest, type LogQlResult, runLogQl } from './run-logql.ts';
import { logRows, type TestLog } from './test-logs.ts';

let telemetry: TestTelemetry;
const projects = new Map<string, number>();

const NOON_MS = Date.UTC(2026, 4, 10, 12);
const NOON = BigInt(NOON_MS) * 1_000_000n;
const S = 1_000_000_000n;

const app = (name: string) => ({ labels: { app: name } });
const json = (at: number, fields: unknown, more: Partial<TestLog> = {}): TestLog => ({
  at,
  line: typeof fields === 'string' ? fields : JSON.stringify(fields),
  ...app('j'),
  ...more,
});

const WORLDS: Record<string, TestLog[]> = {
  web: [
    { at: 10, line: 'GET /a 200', labels: { app: 'web', env: 'prod' }, severity: 9 },
    { at: 20, line: 'GET /b 500 error', labels: { app: 'web', env: 'prod' }, severity: 17 },
    { at: 30, line: 'POST /a 200 from 192.168.4.7:80', labels: { app: 'web', env: 'dev' }, severity: 9 },
    {
      at: 40,
      line: 'Error: 100% of_calls\nsecond line',
      labels: { app: 'web', env: 'dev' },
      severity: 21,
      severityText: 'CRITICAL',
    },
    {
      at: 50,
      line: 'other',
      labels: { app: 'db' },
      metadata: { 'http.status': '200', app: 'meta', trace: 't1' },
    },
    {
      at: 60,
      line: 'otel',
      source: 'otlp',
      resource: { 'service.name': 'cart', 'k8s.pod.name': 'p-1', 'os.type': 'linux' },
      metadata: { 'user.id': '7' },
      severity: 13,
      severityText: 'WARN',
      traceId: 'abc',
      scope: 'lib',
    },
  ],
  j: [
    json(1, {
      level: 'info',
      status: 200,
      ms: 1.5,
      app: 'inner',
      nested: { a: 'x', 'odd key': true },
      list: [1, 2],
      no: null,
    }),
    json(2, { level: 'error', status: 500, ms: 2.5, size: '10KB', took: '1.5s', ip: '10.0.0.1' }),
    json(3, 'not json'),
    json(4, { level: 'info', status: 200, ms: 4, size: '2KiB', took: '250ms', ip: '10.1.0.1' }),
  ],
  kv: [
    { at: 1, line: 'level=info msg="hello \\"you\\"" dur=10ms empty= flag', ...app('kv') },
    { at: 2, line: 'level=error msg=boom dur=20ms a=b=c', ...app('kv') },
    { at: 3, line: '203.0.113.5 - frank [10/Oct] "GET /x HTTP/1.1" 200', ...app('kv') },
    {
      at: 4,
      line: '\u001b[31mred\u001b[0m {"_entry":"packed line","pod":"p1","n":1}',
      labels: { app: 'kv' },
    },
    { at: 5, line: '{"_entry":"packed line","pod":"p1","n":1}', labels: { app: 'packed' } },
  ],
  // Streams with labels that are ids, as they are stored: record/stream-labels.ts.
  moved: [
    {
      at: 1,
      line: 'pod one',
      labels: { app: 'm' },
      metadata: { pod_id: '8f14e45fceea167a' },
      movedLabels: ['pod_id'],
    },
    {
      at: 2,
      line: 'pod two, and a field of that name',
      labels: { app: 'm' },
      metadata: { pod_id: 'own', pod_id_label: 'c9f0f895fb98ab91' },
      movedLabels: ['pod_id_label'],
    },
    { at: 3, line: 'a field only', labels: { app: 'm' }, metadata: { pod_id: '8f14e45fceea167a' } },
    { at: 4, line: 'a label', labels: { app: 'm', pod_id: 'web-1' } },
    {
      at: 5,
      line: 'one label too many',
      labels: { app: 'n' },
      metadata: { zone: 'east' },
      movedLabels: ['zone'],
    },
  ],
  odd: [
    { at: 1, line: '{"a":1.0,"b":12345678901234567890,"c":1e3}', ...app('odd') },
    { at: 2, line: '500', ...app('odd') },
  ],
  spelled: ['a.b', 'a_b', 'a-b', '2xx.count', 'a💥b', 'ab', 'x.a.b'].map((key, at) => ({
    at,
    line: key,
    labels: { app: 'spelled' },
    metadata: { [key]: 'yes' },
  })),
  count: [
    ...[0, 10, 20, 60, 61, 120].map((at) => ({ at, line: `x=${at}`, labels: { app: 'c', host: 'a' } })),
    ...[60, 90].map((at) => ({ at, line: `x=${at}`, labels: { app: 'c', host: 'b' } })),
  ],
};

beforeAll(async () => {
  telemetry = await startTestTelemetry();
  for (const [name, logs] of Object.entries(WORLDS)) {
    projects.set(name, projects.size + 1);
    await telemetry.store.insert('logs', logRows(projects.get(name)!, NOON, logs), name);
  }
});
afterAll(() => telemetry.stop());

const run = (world: string, request: Partial<LogQlRequest> & { query: string }) =>
  runLogQl(telemetry.store, [projects.get(world)!], { start: NOON, end: NOON + 3600n * S, ...request });

const sortedLabels = (labels: Record<string, string>, hidden: string[] = []) =>
  Object.keys(labels)
    .filter((name) => !['service_name', 'detected_level', ...hidden].includes(name))
    .sort()
    .map((name) => `${name}=${labels[name]}`)
    .join(' ');

/** Lines, oldest first. */
async function lines(world: string, query: string): Promise<string[]> {
  return entries(await run(world, { query, direction: 'forward' })).map(({ line }) => line);
}

function entries(result: LogQlResult) {
  if (result.resultType !== 'streams') throw new Error(`not streams: ${result.resultType}`);
  return result.result
    .flatMap(({ labels, entries }) => entries.map((entry) => ({ ...entry, labels })))
    .sort((a, b) => (a.timestamp < b.timestamp ? -1 : 1));
}

/** `labels` of each line in their short form, oldest first. */
async function labelled(world: string, query: string, hidden: string[] = ['app']): Promise<string[]> {
  const result = await run(world, { query, direction: 'forward' });
  return entries(result).map(({ labels, structuredMetadata, parsed }) =>
    sortedLabels({ ...labels, ...structuredMetadata, ...parsed }, hidden),
  );
}

/** `labels: value` of each sample of an instant query, 100 seconds after noon. */
async function vector(world: string, query: string, hidden: string[] = ['app']): Promise<string[]> {
  const result = await run(world, { query, start: NOON + 100n * S, end: NOON + 100n * S });
  if (result.resultType === 'scalar') return [`scalar ${result.result.value}`];
  if (result.resultType !== 'vector') throw new Error('not a vector');
  return result.result.map(
    ({ metric, value }) => `{${sortedLabels(metric, hidden)}} ${Number(value.toPrecision(6))}`,
  );
}

/** `seconds:value` of each point. */
async function matrix(
  world: string,
  query: string,
  { start = 0, end = 120, step = 60 } = {},
): Promise<string[]> {
  const result = await run(world, {
    query,
    start: NOON + BigInt(start) * S,
    end: NOON + BigInt(end) * S,
    step: BigInt(step) * S,
  });
  if (result.resultType !== 'matrix') throw new Error('not a matrix');
  return result.result.map(
    ({ metric, values }) =>
      `{${sortedLabels(metric, ['app'])}} ${values.map(([ms, value]) => `${(ms - NOON_MS) / 1000}:${Number(value.toPrecision(6))}`).join(' ')}`,
  );
}

describe('selectors and line filters', () => {
  it.each<[string, string[]]>([
    ['{app="web", env="prod"}', ['GET /a 200', 'GET /b 500 error']],
    ['{app=~"w.b"} |= "500"', ['GET /b 500 error']],
    ['{app="web", env!="prod"} != "second"', ['POST /a 200 from 192.168.4.7:80']],
    ['{app="web", env!~"prod|dev"}', []],
    ['{app=~".+", missing=""} |= "other"', ['other']],
    ['{app="web"} |= "error"', ['GET /b 500 error']],
    ['{app="web"} |~ "(?i)ERROR"', ['GET /b 500 error', 'Error: 100% of_calls\nsecond line']],
    ['{app="web"} |= "100% of_c"', ['Error: 100% of_calls\nsecond line']],
    ['{app="web"} |= "100__of"', []],
    ['{app="web"} |~ "calls.second"', []],
    ['{app="web"} |~ "(?s)calls.second"', ['Error: 100% of_calls\nsecond line']],
    ['{app="web"} !~ "GET|POST"', ['Error: 100% of_calls\nsecond line']],
    ['{app="web"} |= "500" or "POST"', ['GET /b 500 error', 'POST /a 200 from 192.168.4.7:80']],
    ['{app="web"} != "GET" or "POST"', ['Error: 100% of_calls\nsecond line']],
    ['{app="web"} |= "200" |= "GET"', ['GET /a 200']],
    ['{app="web"} |> "GET <_> 200"', ['GET /a 200']],
    ['{app="web"} |> "GET <_>"', ['GET /a 200', 'GET /b 500 error']],
    ['{app="web"} |> "/a <_>"', []],
    ['{app="web"} !> "GET <_>" !> "<_>second line"', ['POST /a 200 from 192.168.4.7:80']],
    ['{app="web"} |= ip("192.168.0.0/16")', ['POST /a 200 from 192.168.4.7:80']],
    ['{app="web"} |= ip("192.168.4.1-192.168.4.9")', ['POST /a 200 from 192.168.4.7:80']],
    ['{app="web"} |= ip("10.0.0.1") or "500"', ['GET /b 500 error']],
    [
      '{app="web"} |= ``',
      [
        'GET /a 200',
        'GET /b 500 error',
        'POST /a 200 from 192.168.4.7:80',
        'Error: 100% of_calls\nsecond line',
      ],
    ],
    ['{service_name="web"} |= "500"', ['GET /b 500 error']],
    ['{service_name="cart"}', ['otel']],
    ['{k8s_pod_name="p-1"} | os_type="linux"', ['otel']],
    ['{app="web"} | detected_level="error"', ['GET /b 500 error']],
    [
      '{app="web"} | detected_level=~"error|critical"',
      ['GET /b 500 error', 'Error: 100% of_calls\nsecond line'],
    ],
    ['{app="db"} | http_status="200"', ['other']],
    ['{app="db"} | http_status=200', ['other']],
    ['{app="db"} | app_extracted="meta"', ['other']],
    ['{app="db"} | app="meta"', []],
    ['{app="db"} | trace="t1" | missing=""', ['other']],
    ['{app="db"} | missing>1', []],
  ])('%s', async (query, expected) => expect(await lines('web', query)).toEqual(expected));

  it.each<[string, number[]]>([
    ['{pod_id="8f14e45fceea167a"}', [1]],
    ['{app="m", pod_id="c9f0f895fb98ab91"}', [2]],
    ['{pod_id="own"}', []],
    ['{pod_id="web-1"}', [4]],
    ['{pod_id=~"8f14.*|web-.*"}', [1, 4]],
    ['{pod_id=~".+"}', [1, 2, 4]],
    ['{app="m", pod_id!=""}', [1, 2, 4]],
    ['{app="m", pod_id=""}', [3]],
    ['{app="m", pod_id!="8f14e45fceea167a"}', [2, 3, 4]],
    ['{app="m", pod_id!~"8f14.*"}', [2, 3, 4]],
    ['{app="m", pod_id=~".*"}', [1, 2, 3, 4]],
    ['{zone="east"}', [5]],
    ['{app=~"m|n", zone!~"east|west"}', [1, 2, 3, 4]],
  ])('%s finds labels that became attributes, and no other attributes', async (query, expected) => {
    const all = WORLDS.moved!.map(({ line }) => line);
    expect((await lines('moved', query)).map((line) => all.indexOf(line) + 1)).toEqual(expected);
  });

  it('lists labels that became attributes, and their values', async () => {
    const world = [projects.get('moved')!];
    const request = { selectors: ['{app="m"}'], start: NOON, end: NOON + 3600n * S };
    expect(await listLabels(telemetry.store, world, request)).toEqual([
      'app',
      'pod_id',
      'pod_id_label',
      'service_name',
    ]);
    expect(await listLabelValues(telemetry.store, world, 'pod_id', request)).toEqual([
      '8f14e45fceea167a',
      'c9f0f895fb98ab91',
      'web-1',
    ]);
    expect(await countLabelValues(telemetry.store, world, request)).toContainEqual({
      name: 'pod_id',
      values: 3,
      areIds: false,
    });
    const streams = await listStreams(telemetry.store, world, {
      ...request,
      selectors: ['{pod_id="8f14e45fceea167a"}'],
    });
    expect(streams.map(({ labels, lines }) => [{ ...labels }, lines])).toEqual([
      [{ app: 'm', service_name: 'm' }, 1],
    ]);
  });

  it.each([
    ['a_b', ['a.b', 'a_b', 'a-b', 'a💥b']],
    ['_2xx_count', ['2xx.count']],
    ['x_a_b', ['x.a.b']],
    ['b_a', []],
  ])('finds structured metadata by the label %s, however its key is spelled', async (name, keys) => {
    expect(await lines('spelled', `{app="spelled"} | ${name}="yes"`)).toEqual(keys);
    const counted = await run('spelled', {
      query: `sum by (${name}) (count_over_time({app="spelled"}[1h]))`,
      start: NOON + 60n * S,
      end: NOON + 60n * S,
    });
    const found = counted.resultType === 'vector' ? counted.result : [];
    expect(found.find(({ metric }) => metric[name] === 'yes')?.value ?? 0).toBe(keys.length);
  });

  it('knows the fields of OpenTelemetry as structured metadata', async () => {
    const [entry] = entries(await run('web', { query: '{service_name="cart"}' }));
    expect({ ...entry?.labels }).toEqual({ service_name: 'cart', k8s_pod_name: 'p-1' });
    expect({ ...entry?.structuredMetadata }).toEqual({
      user_id: '7',
      os_type: 'linux',
      trace_id: 'abc',
      scope_name: 'lib',
      severity_text: 'WARN',
      severity_number: '13',
      detected_level: 'warn',
    });
  });
});

describe('parsers and what follows them', () => {
  const E = '__error__=JSONParserErr';
  it.each<[string, string, string[]]>([
    [
      'j',
      '{app="j"} | json | drop __error_details__, size, took, ip',
      [
        'app_extracted=inner level=info ms=1.5 nested_a=x nested_odd_key=true status=200',
        'level=error ms=2.5 status=500',
        E,
        'level=info ms=4 status=200',
      ],
    ],
    [
      'odd',
      '{app="odd"} | json | drop __error_details__ | keep a, b, c',
      ['a=1.0 b=12345678901234567890 c=1e3', '__error__=JSONParserErr'],
    ],
    ['j', '{app="j"} | json | __error__="" | keep level', ['level=info', 'level=error', 'level=info']],
    ['j', '{app="j"} | json | __error__!="" | drop __error_details__ | keep level', [`${E}`]],
    [
      'j',
      '{app="j"} | json st="status", deep="nested[\\"odd key\\"]", item="list[1]", all="list" | __error__=""',
      ['all=[1,2] deep=true item=2 st=200', 'all= deep= item= st=500', 'all= deep= item= st=200'],
    ],
    ['j', '{app="j"} | json | status >= 500 | drop __error_details__ | keep status', ['status=500', E]],
    ['j', '{app="j"} | json | __error__="" | took > 1s | keep took', ['took=1.5s']],
    [
      'j',
      '{app="j"} | json | __error__="" | size >= 2048b, status=200 or size > 9KB | keep size',
      ['size=10KB', 'size=2KiB'],
    ],
    ['j', '{app="j"} | json | __error__="" ip=ip("10.0.0.0/16") | keep ip', ['ip=10.0.0.1']],
    [
      'j',
      '{app="j"} | json | level > 5 | drop __error_details__ | keep level, __error__',
      [
        '__error__=LabelFilterErr level=info',
        '__error__=LabelFilterErr level=error',
        E,
        '__error__=LabelFilterErr level=info',
      ],
    ],
    [
      'j',
      '{app="j"} | json level | label_format severity=level, both="{{.level}}-{{.app}}" | __error__=""',
      ['both=-j severity=info', 'both=-j severity=error', 'both=-j severity=info'],
    ],
    ['j', '{app="j"} |= "{" | json | drop level="info" | keep level', ['', 'level=error', '']],
    ['j', '{app="j"} |= "{" | json | keep level="info"', ['level=info', '', 'level=info']],
    [
      'kv',
      '{app="kv"} |= "level" | logfmt',
      ['dur=10ms level=info msg=hello "you"', 'dur=20ms level=error msg=boom'],
    ],
    [
      'kv',
      '{app="kv"} |= "level" | logfmt --keep-empty | drop dur, msg',
      ['empty= flag= level=info', 'level=error'],
    ],
    [
      'kv',
      '{app="kv"} |= "level" | logfmt --strict | drop __error_details__, dur, msg',
      ['level=info', '__error__=LogfmtParserErr level=error'],
    ],
    ['kv', '{app="kv"} |= "level" | logfmt l="level", none', ['l=info none=', 'l=error none=']],
    [
      'kv',
      '{app="kv"} |= "frank" | pattern `<ip> - <user> [<_>] "<method> <path> <_>" <status>`',
      ['ip=203.0.113.5 method=GET path=/x status=200 user=frank'],
    ],
    ['kv', '{app="kv"} |= "frank" | regexp `(?P<method>GET|POST) (?P<path>\\S+)`', ['method=GET path=/x']],
    ['packed', '{app="packed"} | unpack', ['pod=p1']],
  ])('%s: %s', async (world, query, expected) =>
    expect(await labelled(world === 'packed' ? 'kv' : world, query)).toEqual(expected),
  );

  it.each<[string, string[]]>([
    ['{app="packed"} | unpack', ['packed line']],
    ['{app="packed"} | unpack |= "_entry"', []],
    ['{app="kv"} |= "red" | decolorize |= "red {"', ['red {"_entry":"packed line","pod":"p1","n":1}']],
    [
      '{app="kv"} |= "level" | logfmt | line_format "{{.level | upper}}: {{.msg}}"',
      ['INFO: hello "you"', 'ERROR: boom'],
    ],
    [
      '{app="kv"} |= "level" | logfmt | line_format "{{if eq .level `info`}}i{{else}}{{__line__ | trunc 5}}{{end}}"',
      ['i', 'level'],
    ],
    ['{app="kv"} |= "level" | logfmt | line_format `{{.msg}}` |= "boom"', ['boom']],
    [
      '{app="kv"} |= "boom" | line_format `{{__timestamp__ | date "2006-01-02T15:04:05.000Z07:00"}} {{.nothing}}|`',
      ['2026-05-10T12:00:02.000Z |'],
    ],
    ['{app="kv"} |= "boom" | line_format "{{div 1 0}}"', ['level=error msg=boom dur=20ms a=b=c']],
  ])('%s', async (query, expected) => expect(await lines('kv', query)).toEqual(expected));

  it('keeps the three kinds of labels apart', async () => {
    const [entry] = entries(
      await run('j', { query: '{app="j"} | json | status=500 | __error__="" | label_format app="new"' }),
    );
    expect({ ...entry?.labels }).toEqual({ service_name: 'j' });
    expect({ ...entry?.structuredMetadata }).toEqual({ detected_level: 'unknown' });
    expect(entry?.parsed).toMatchObject({ app: 'new', status: '500', level: 'error' });
  });
});

describe('metric queries at one point', () => {
  it.each<[string, string, string[]]>([
    ['count', 'count_over_time({app="c"}[2m])', ['{host=a} 5', '{host=b} 2']],
    ['count', 'count_over_time({app="c"}[40s])', ['{host=a} 1', '{host=b} 1']],
    ['count', 'rate({app="c"}[100s])', ['{host=a} 0.04', '{host=b} 0.02']],
    ['count', 'bytes_over_time({app="c"}[2m])', ['{host=a} 19', '{host=b} 8']],
    ['count', 'bytes_rate({app="c"}[100s])', ['{host=a} 0.16', '{host=b} 0.08']],
    ['count', 'sum(count_over_time({app="c"}[2m]))', ['{} 7']],
    ['count', 'sum by (host) (count_over_time({app="c"} |= "6" [2m]))', ['{host=a} 2', '{host=b} 1']],
    ['count', 'sum without (host, service_name, detected_level) (count_over_time({app="c"}[2m]))', ['{} 7']],
    ['count', 'avg(count_over_time({app="c"}[2m]))', ['{} 3.5']],
    ['count', 'max by (app) (count_over_time({app="c"}[2m]))', ['{} 5']],
    ['count', 'count(count_over_time({app="c"}[2m]))', ['{} 2']],
    ['count', 'stddev(count_over_time({app="c"}[2m]))', ['{} 1.5']],
    ['count', 'topk(1, count_over_time({app="c"}[2m]))', ['{host=a} 5']],
    ['count', 'bottomk(1, count_over_time({app="c"}[2m]))', ['{host=b} 2']],
    ['count', 'approx_topk(1, sum by (host) (count_over_time({app="c"}[2m])))', ['{host=a} 5']],
    ['count', 'sort(count_over_time({app="c"}[2m]))', ['{host=b} 2', '{host=a} 5']],
    ['count', 'sort_desc(count_over_time({app="c"}[2m]))', ['{host=a} 5', '{host=b} 2']],
    [
      'count',
      'sum by (host) (sum_over_time({app="c"} | logfmt | unwrap x [2m]))',
      ['{host=a} 151', '{host=b} 150'],
    ],
    ['count', 'avg_over_time({app="c"} | logfmt | unwrap x [2m]) by (app)', ['{} 43']],
    [
      'count',
      'quantile_over_time(0.5, {app="c"} | logfmt | unwrap x [2m]) by (host)',
      ['{host=a} 20', '{host=b} 75'],
    ],
    ['count', 'max_over_time({app="c"} | logfmt | unwrap x [2m]) by (host)', ['{host=a} 61', '{host=b} 90']],
    ['count', 'first_over_time({app="c"} | logfmt | unwrap x [2m]) by (host)', ['{host=a} 0', '{host=b} 60']],
    ['count', 'last_over_time({app="c"}[2m] | logfmt | unwrap x) by (host)', ['{host=a} 61', '{host=b} 90']],
    ['count', 'stdvar_over_time({app="c", host="b"} | logfmt | unwrap x [2m])', ['{host=b} 225']],
    ['count', 'rate({app="c", host="b"} | logfmt | unwrap x [100s])', ['{host=b} 1.5']],
    ['count', 'rate_counter({app="c", host="b"} | logfmt | unwrap x [100s])', ['{host=b} 0.55']],
    ['count', 'count_over_time({app="c"}[1m] offset 40s)', ['{host=a} 3', '{host=b} 1']],
    ['count', 'absent_over_time({app="none", x="y"}[1m])', ['{x=y} 1']],
    ['count', 'absent_over_time({app="c"}[1m])', []],
    ['count', 'absent_over_time({app="c"} | logfmt | x="7" [1m])', ['{} 1']],
    ['count', 'sum(count_over_time({app="c"}[2m])) / 2 + 1', ['{} 4.5']],
    ['count', '2 * 3 + 4 ^ 2 % 5 - 1', ['scalar 6']],
    ['count', '2 ^ 3 ^ 2', ['scalar 512']],
    ['count', 'vector(1)+vector(1)', ['{} 2']],
    ['count', 'count_over_time({app="c"}[2m]) > 2', ['{host=a} 5']],
    ['count', 'count_over_time({app="c"}[2m]) > bool 2', ['{host=a} 1', '{host=b} 0']],
    ['count', '1 / (sum(count_over_time({app="c"}[2m])) - 7)', ['{} NaN']],
    [
      'count',
      'count_over_time({app="c"}[2m]) / on(host) count_over_time({app="c"}[1m])',
      ['{host=a} 2.5', '{host=b} 1'],
    ],
    [
      'count',
      'count_over_time({app="c"}[2m]) / ignoring(host) group_left sum by (app, service_name, detected_level) (count_over_time({app="c"}[2m]))',
      ['{host=a} 0.714286', '{host=b} 0.285714'],
    ],
    [
      'count',
      'count_over_time({app="c"}[2m]) and on(host) count_over_time({app="c", host="b"}[2m])',
      ['{host=b} 2'],
    ],
    [
      'count',
      'count_over_time({app="c"}[2m]) unless count_over_time({app="c", host="b"}[2m])',
      ['{host=a} 5'],
    ],
    ['count', 'sum(count_over_time({app="none"}[2m])) or vector(0)', ['{} 0']],
    [
      'count',
      'label_replace(sum by (host) (count_over_time({app="c"}[2m])), "to", "$1!", "host", "(a)")',
      ['{host=a to=a!} 5', '{host=b} 2'],
    ],
    [
      'j',
      'sum by (level) (count_over_time({app="j"} | json | __error__="" [5m]))',
      ['{level=error} 1', '{level=info} 2'],
    ],
    [
      'j',
      'sum by (level) (sum_over_time({app="j"} | json | unwrap ms | __error__="" [5m]))',
      ['{level=error} 2.5', '{level=info} 5.5'],
    ],
    ['j', 'sum(sum_over_time({app="j"} | json | __error__="" | unwrap bytes(size) [5m]))', ['{} 12048']],
    ['j', 'sum(sum_over_time({app="j"} | json | __error__="" | unwrap duration(took) [5m]))', ['{} 1.75']],
    ['j', 'sum(count_over_time({app="j"} | drop __error__ [5m]))', ['{} 4']],
    ['web', 'sum by (detected_level) (count_over_time({app="web"}[5m])) > 1', ['{} 2']],
    [
      'web',
      'sum by (env) (count_over_time({app="web"} | label_format env="{{.env | upper}}" [5m]))',
      ['{env=DEV} 2', '{env=PROD} 2'],
    ],
    [
      'web',
      'sum by (http_status, app_extracted) (count_over_time({app="db"}[5m]))',
      ['{app_extracted=meta http_status=200} 1'],
    ],
  ])('%s: %s', async (world, query, expected) => expect(await vector(world, query)).toEqual(expected));

  it('takes the left end of a window out and the right end in', async () => {
    expect(await matrix('count', 'sum by (host) (count_over_time({app="c"}[1m]))')).toEqual([
      '{host=a} 0:1 60:3 120:2',
      '{host=b} 60:1 120:1',
    ]);
    expect(await matrix('count', 'sum(count_over_time({app="c"}[90s]))', { step: 40 })).toEqual([
      '{} 0:1 40:3 80:6 120:5',
    ]);
    expect(
      await matrix('count', 'sum(count_over_time({app="c"}[15s]))', { start: 5, end: 125, step: 60 }),
    ).toEqual(['{} 5:1 65:3 125:1']);
    expect(
      await matrix('count', 'sum(count_over_time({app="c"} | logfmt [15s]))', {
        start: 5,
        end: 125,
        step: 60,
      }),
    ).toEqual(['{} 5:1 65:3 125:1']);
    expect(await matrix('count', '1 + 1', { end: 60 })).toEqual(['{} 0:2 60:2']);
  });
});

describe('refusals', () => {
  it.each<[string, string | RegExp]>([
    ['{app="c"', /^parse error at line 1, col 9: syntax error: unexpected \$end/],
    ['', 'parse error at line 1, col 1: syntax error: unexpected $end'],
    ['{}', /^parse error at line 1, col 2: .*unexpected }/],
    ['{app=~".*"}', /queries require at least one regexp or equality matcher/],
    ['{app="c"} |~ "("', /^parse error : /],
    [
      '{app="c"}\n| jsn',
      /^parse error at line 2, col 6: syntax error: unexpected \$end, expecting a comparison/,
    ],
    ['sum_over_time({app="c"}[1m])', /invalid aggregation sum_over_time without unwrap/],
    ['count_over_time({app="c"} | unwrap x [1m])', /invalid aggregation count_over_time with unwrap/],
    ['count_over_time({app="c"}[1m]) by (x)', /grouping not allowed/],
    ['topk(0, rate({app="c"}[1m]))', /must be greater than 0/],
    ['{app="c"} | line_format "{{.x"', /invalid template/],
    ['{app="c"} | line_format "{{nope .x}}"', /function "nope" not defined/],
    ['{app="c"} | pattern "<_>"', /at least one named capture/],
    ['{app="c"} |> "<a>"', /named captures are not allowed/],
    ['{app="c"} |= ip("nope")', /invalid pattern/],
    ['{app="c"} | json a="b[["', /cannot parse expression/],
    ['sum(count_over_time({app="j"}[1m]) or 1)', /unexpected literal for right leg/],
    ['count_over_time({app="c"}[$__interval])', /\$__interval was not replaced/],
    ['vector(', /unexpected \$end, expecting a number/],
  ])('%j', async (query, message) => {
    const failed = await run('count', { query }).catch((error: unknown) => error);
    expect(failed).toMatchObject({
      status: 400,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
  });

  it('tells the stage and the label that spoil a metric query', async () => {
    await expect(vector('j', 'sum(count_over_time({app="j"} | json [5m]))')).rejects.toThrow(
      /^pipeline error: 'JSONParserErr' for series: '\{__error__="JSONParserErr"/,
    );
    await expect(
      vector(
        'count',
        'count_over_time({app="c"}[2m]) / ignoring(host) sum by (host) (count_over_time({app="c"}[2m]))',
      ),
    ).resolves.toEqual([]);
    await expect(
      vector(
        'count',
        'sum by (host) (count_over_time({app="c"}[2m])) + ignoring(host) sum by (host) (count_over_time({app="c"}[2m]))',
      ),
    ).rejects.toThrow(/many-to-many/);
  });

  it('has limits that say what to do', async () => {
    const limits = { linesMax: 3, seriesMax: 1, pointsMax: 10 };
    await expect(
      run('count', {
        query: 'sum(count_over_time({app="c"} | logfmt [1h]))',
        end: NOON + 200n * S,
        step: 60n * S,
        limits,
      }),
    ).rejects.toThrow(/more than 3 lines/);
    await expect(
      run('count', { query: 'count_over_time({app="c"}[1h])', end: NOON + 200n * S, step: 60n * S, limits }),
    ).rejects.toThrow(/maximum number of series/);
    await expect(run('count', { query: 'vector(1)', end: NOON + 200n * S, step: S, limits })).rejects.toThrow(
      /exceeded maximum resolution of 10 points/,
    );
    await expect(run('count', { query: '{app="c"}', limit: 5001 })).rejects.toThrow(/max entries limit/);
    const cut = await run('count', { query: '{app="c"} | logfmt | x=~"nothing"', limits });
    expect(cut.warnings).toEqual([expect.stringContaining('not whole')]);
  });
});

describe('pages', () => {
  it('are the same forwards and backwards, and lose no line of one moment', async () => {
    const logs: TestLog[] = Array.from({ length: 60 }, (_, at) => ({
      at: Math.floor(at / 20),
      line: `same ${at % 4}`,
      ...app('p'),
    }));
    await telemetry.store.insert('logs', logRows(90, NOON, logs), 'pages');
    projects.set('pages', 90);
    const all = async (direction: 'forward' | 'backward', limit: number) => {
      const result = await run('pages', { query: '{app="p"}', direction, limit });
      return result.resultType === 'streams'
        ? result.result.flatMap(({ entries }) => entries.map(({ timestamp, line }) => `${timestamp} ${line}`))
        : [];
    };
    const forward = await all('forward', 100);
    expect(forward).toHaveLength(60);
    expect(await all('backward', 100)).toEqual([...forward].reverse());
    expect(await all('backward', 7)).toEqual([...forward].reverse().slice(0, 7));
  });

  it('shows other projects nothing', async () => {
    expect(
      await runLogQl(telemetry.store, [999], { query: '{app=~".+"}', start: NOON, end: NOON + 3600n * S }),
    ).toMatchObject({ result: [] });
  });

  it('flattens streams by all their labels', async () => {
    const result = await run('j', { query: '{app="j"} | json level | __error__=""' });
    const flat = result.resultType === 'streams' ? flattenStreams(result.result) : [];
    expect(flat.map(({ labels }) => labels.level).sort()).toEqual(['error', 'info']);
  });
});

describe('streams', () => {
  const list = (selectors: string[], { from = 0, to = 3600 } = {}) =>
    listStreams(telemetry.store, [projects.get('count')!], {
      selectors,
      bytes: true,
      start: NOON + BigInt(from) * S,
      end: NOON + BigInt(to) * S,
    });

  it('are listed with what they hold, the begin of the time included and its end not', async () => {
    const [a, b] = await list([]);
    expect({ ...a!.labels }).toEqual({ app: 'c', host: 'a', service_name: 'c' });
    expect([a!.lines, a!.bytes, b!.lines, b!.bytes]).toEqual([6, 24, 2, 8]);
    expect((await list([], { from: 10, to: 60 })).map(({ lines }) => lines)).toEqual([2]);
    expect(await list(['{host="b"}', '{host="none"}'])).toHaveLength(1);
    expect(await list(['{host=~".+"} |= "x=0"'])).toMatchObject([{ lines: 1 }]);
    await expect(list(['{host="b"} | json'])).rejects.toThrow('only label matchers');
  });

  it('may be asked for with as many terms as a query has', async () => {
    const terms = (count: number) => Array.from({ length: count }, (_, at) => `host="${at}"`);
    expect(await lines('count', `{app="c"} | ${terms(400).join(' or ')} or host="b"`)).toHaveLength(2);
    expect(await lines('count', `{app="c"} | json | ${terms(400).join(' or ')} or host="b"`)).toHaveLength(2);
    expect(await lines('count', `{app="c"} ${'|= "x" '.repeat(700)} | host="b"`)).toHaveLength(2);
  });

  it('have no limit in time but that of the column', async () => {
    expect(await run('count', { query: '{app="c"}', start: -(10n ** 20n), end: 10n ** 20n })).toMatchObject({
      resultType: 'streams',
      result: [{ entries: { length: 6 } }, { entries: { length: 2 } }],
    });
  });
});
