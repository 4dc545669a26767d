/**
 * One client of ClickHouse over HTTP, whoever answers at the address, and what its errors mean here. Decisions
 * go by code: the engine's numbers are stable, its sentences are not.
 */
import { type ClickHouseClient, ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client';
import { Unavailable } from '#server/platform/rejection.ts';
import type { TelemetryAddress } from './address.ts';
import { type CutShortBy, EngineRefused, QueryCutShort } from './telemetry-errors.ts';

/** Not imported: `import 'node:http'` asks for its WebSocket too, which costs 12 MB of resident memory. */
const { Agent } = process.getBuiltinModule('node:http');

/** Sockets of one client. The embedded engine runs fewer statements at once and lets the others wait. */
const SOCKETS_MAX = 16;
/** A socket that carries nothing this long is dead, ms. Statements have limits of their own, all shorter. */
const SILENCE_MS_MAX = 300_000;

export function connect(address: TelemetryAddress, database = address.database): ClickHouseClient {
  return createClient({
    url: address.url,
    username: address.username,
    password: address.password,
    database,
    request_timeout: SILENCE_MS_MAX,
    use_multipart_params_auto: true,
    log: { level: ClickHouseLogLevel.OFF },
    ...(address.socketPath
      ? { http_agent: socketAgent(address.socketPath) }
      : { max_open_connections: SOCKETS_MAX }),
  });
}

/** Node's agent hands its options on to net.connect, where socketPath wins over host and port. */
function socketAgent(socketPath: string) {
  const options = { socketPath, keepAlive: true, maxSockets: SOCKETS_MAX };
  return new Agent(options);
}

/** The work was longer, larger or hungrier than its limits. */
const CUT_SHORT: ReadonlyMap<number, CutShortBy> = new Map([
  [159, 'time'], // TIMEOUT_EXCEEDED
  [160, 'time'], // TOO_SLOW
  [241, 'memory'], // MEMORY_LIMIT_EXCEEDED
  [158, 'rows'], // TOO_MANY_ROWS
  [307, 'rows'], // TOO_MANY_BYTES
  [396, 'rows'], // TOO_MANY_ROWS_OR_BYTES
]);

/** The engine is out of room or out of reach; the same statement may work later. */
const PASSING: ReadonlySet<number> = new Set([
  3, // UNEXPECTED_END_OF_FILE: the body was cut off
  173, // CANNOT_ALLOCATE_MEMORY
  202, // TOO_MANY_SIMULTANEOUS_QUERIES
  209, // SOCKET_TIMEOUT
  210, // NETWORK_ERROR
  225, // NO_ZOOKEEPER
  236, // ABORTED: it is shutting down
  242, // TABLE_IS_READ_ONLY: a replica without its keeper
  243, // NOT_ENOUGH_SPACE
  252, // TOO_MANY_PARTS
  279, // ALL_CONNECTION_TRIES_FAILED
  286, // UNSATISFIED_QUORUM_FOR_PREVIOUS_WRITE
  319, // UNKNOWN_STATUS_OF_INSERT
  341, // UNFINISHED
  394, // QUERY_WAS_CANCELLED: by its administrator
  516, // AUTHENTICATION_FAILED: its administrator can repair that
  999, // KEEPER_EXCEPTION
]);

/** Why the caller stopped waiting, if it did. */
interface Stopped {
  aborted?: boolean | undefined;
  late?: boolean | undefined;
}

/** What a failed call of the client means to the caller. */
export function explain(error: unknown, of: 'read' | 'write', stopped: Stopped = {}): Error {
  if (stopped.aborted) return new QueryCutShort('aborted', error);
  if (stopped.late) return new QueryCutShort('time', error);
  if (error instanceof SyntaxError || error instanceof TypeError) return error;
  if (!(error instanceof ClickHouseError))
    return new Unavailable('telemetry_unreachable', 'The telemetry engine cannot be reached.', {
      cause: error,
    });
  const code = Number(error.code);
  const cutShort = CUT_SHORT.get(code);
  if (cutShort && of === 'read') return new QueryCutShort(cutShort, error);
  if (cutShort || PASSING.has(code))
    return new Unavailable(
      'telemetry_refuses',
      `The telemetry engine cannot take this now (${error.type}).`,
      {
        cause: error,
      },
    );
  return new EngineRefused(`${error.type}: ${error.message}`, code, error);
}
