/**
 * One request of ClickHouse's HTTP interface, read: `POST /?query_id=…&database=…&<setting>=…&param_<name>=…`.
 * The statement is the body, or a part of a multipart body when its parameters are long; an insert has its
 * statement in `query` and its rows as the body. Nothing is executed here.
 */
import type { IncomingMessage } from 'node:http';
import type { Statement } from './engine.ts';

type Pair = readonly [name: string, value: string];

/** Names that steer the HTTP interface and are no settings of the engine. */
const STEERING = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'wait_end_of_query',
  'buffer_size',
]);
/** A statement with its parameters, held in memory: bytes. Rows to insert are not counted, they go to a file. */
const TEXT_BYTES_MAX = 16_000_000;

/** A request this interface does not take. The text is for the developer who sent it. */
export class BadRequest extends Error {}

export interface EngineRequest {
  statement: Omit<Statement, 'sql'>;
  /** Answer only when the statement has ended, so that an error has its status. */
  whole: boolean;
  /** Set when the body carries rows: the INSERT they belong to. */
  insert: Insert | null;
}

export interface Insert {
  /** `INSERT INTO table (columns)`. */
  into: string;
  format: string;
}

export function readRequest(url: URL, defaults: readonly Pair[]): EngineRequest {
  const settings = new Map(defaults);
  const parameters: Pair[] = [];
  for (const [name, value] of url.searchParams) {
    if (!/^\w{1,200}$/.test(name)) throw new BadRequest(`"${name}" is no name of a setting or parameter.`);
    if (name.startsWith('param_')) parameters.push([name.slice('param_'.length), value]);
    else if (!STEERING.has(name)) settings.set(name, value);
  }
  const query = url.searchParams.get('query');
  return {
    statement: {
      format: url.searchParams.get('default_format') ?? 'TabSeparated',
      database: url.searchParams.get('database') ?? '',
      settings: [...settings],
      parameters,
    },
    whole: url.searchParams.get('wait_end_of_query') === '1',
    insert: query === null ? null : readInsert(query),
  };
}

/**
 * The one shape of statement that may have a body, as `@clickhouse/client` writes it. Rows never stand in SQL:
 * the engine takes an empty line in them for their end, and runs the rest as a statement.
 */
function readInsert(query: string): Insert {
  const match = /^(INSERT INTO [\w.`]+(?: \([\w, `]+\))?) FORMAT (\w+)$/.exec(query);
  if (!match)
    throw new BadRequest(
      'Rows in a body need ?query=INSERT INTO table (columns) FORMAT name, and nothing else.',
    );
  return { into: match[1]!, format: match[2]! };
}

/** The statement of a request without rows, and the parameters that came with it in a multipart body. */
export async function readText(request: IncomingMessage): Promise<{ sql: string; parameters: Pair[] }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES_MAX)
      throw new BadRequest(`A statement and its parameters may have ${TEXT_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(
    request.headers['content-type'] ?? '',
  )?.[1];
  return boundary === undefined ? { sql: text, parameters: [] } : readParts(text, boundary);
}

/** Parts as `@clickhouse/client` writes them; the boundary is random, so no value can hold it. */
function readParts(text: string, boundary: string): { sql: string; parameters: Pair[] } {
  let sql = '';
  const parameters: Pair[] = [];
  for (const part of text.split(`--${boundary}`)) {
    const match = /^\r\nContent-Disposition: form-data; name="(\w+)"\r\n\r\n(.*)\r\n$/s.exec(part);
    const [name, value] = [match?.[1] ?? '', match?.[2] ?? ''];
    if (name === 'query') sql = value;
    else if (name.startsWith('param_')) parameters.push([name.slice('param_'.length), value]);
  }
  return { sql, parameters };
}
