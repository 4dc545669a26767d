/**
 * One request of ClickHouse's HTTP interface, read: `POST /?query_id=…&database=…&<setting>=…&param_<name>=…`.
 * The statement is the body, or a part of a multipart body when its parameters are long; an insert has its
 * statement in `query` and its rows as the body. Nothing is executed here.
 */
import type { IncomingMessage } from 'node:http';
import type { Statement } from './engine.ts';

/** Names that steer the HTTP interface and are no settings of the engine. */
const STEERING = new Set([
  'query',
  'query_id',
  'database',
  'default_format',
  'wait_end_of_query',
  'buffer_size',
]);
/** Bytes of a statement with its parameters, held in memory. Rows to insert are not counted: they go to a file. */
const TEXT_BYTES_MAX = 16_000_000;

/** A request this interface does not take. The text is for the developer who sent it. */
export class BadRequest extends Error {}

export interface EngineRequest {
  statement: Omit<Statement, 'sql'>;
  /** Set when the body carries rows: the INSERT they belong to. */
  insert: Insert | null;
}

export interface Insert {
  /** `INSERT INTO table (columns)`. */
  into: string;
  format: string;
}

export function readRequest(url: URL, defaults: readonly (readonly [string, string])[]): EngineRequest {
  const settings = new Map(defaults);
  const parameters = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    if (!/^\w{1,200}$/.test(name)) throw new BadRequest(`"${name}" is no name of a setting or parameter.`);
    if (name.startsWith('param_')) parameters.set(name.slice('param_'.length), value);
    else if (!STEERING.has(name)) settings.set(name, value);
  }
  const query = url.searchParams.get('query');
  return {
    statement: {
      format: url.searchParams.get('default_format') ?? 'TabSeparated',
      database: url.searchParams.get('database') ?? '',
      settings: [...settings],
      parameters: [...parameters],
    },
    insert: query === null ? null : readInsert(query),
  };
}

/**
 * The one shape of statement that may have a body, as `client.insert` writes it. Rows never stand in SQL:
 * the engine would take a blank line in them for the end and run the rest.
 */
function readInsert(query: string): Insert {
  const match = /^(INSERT INTO [\w.`]+(?: \([\w, `]+\))?)\s+FORMAT (\w+)$/.exec(query);
  if (!match) throw new BadRequest('A body with rows needs ?query=INSERT INTO table (columns) FORMAT name.');
  return { into: match[1]!, format: match[2]! };
}

/** The statement of a request without rows, and the parameters that came with it in a multipart body. */
export async function readText(
  request: IncomingMessage,
): Promise<{ sql: string; parameters: [string, string][] }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > TEXT_BYTES_MAX) throw new BadRequest(`A statement may have ${TEXT_BYTES_MAX} bytes.`);
    chunks.push(chunk);
  }
  const text = Buffer.concat(chunks).toString();
  const boundary = /^multipart\/form-data; boundary=([\w-]{1,70})$/.exec(
    request.headers['content-type'] ?? '',
  )?.[1];
  return boundary === undefined ? { sql: text, parameters: [] } : readParts(text, boundary);
}

function readParts(text: string, boundary: string): { sql: string; parameters: [string, string][] } {
  let sql = '';
  const parameters: [string, string][] = [];
  for (const part of text.split(`--${boundary}`)) {
    const match = /^\r\nContent-Disposition: form-data; name="(\w+)"\r\n\r\n(.*)\r\n$/s.exec(part);
    if (!match) continue;
    const [, name, value] = match as unknown as [string, string, string];
    if (name === 'query') sql = value;
    else if (name.startsWith('param_')) parameters.push([name.slice('param_'.length), value]);
  }
  return { sql, parameters };
}
