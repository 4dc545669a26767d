/**
 * The front door of protocols that have sockets of their own: listens, bounds what one sender and all of them may take,
 * and hands what is heard to the same admission, journal and ledger as HTTP. A TCP sender faster than the journal is
 * not read until it has caught up; a datagram that finds no room is counted as lost.
 */
import { createSocket, type Socket as Datagrams } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '#server/platform/clock.ts';
import type { Log } from '#server/platform/log.ts';
import type { Acceptance } from './acceptance.ts';
import { createGathering, type Gathering } from './gathering.ts';
import type { KnownKey } from './keys.ts';
import type { Heard, SocketProtocol, StreamDecoder } from './socket-protocol.ts';

/** Senders with a connection at the same time: every machine of a large fleet. */
const CONNECTIONS_MAX = 1_000;
/** Bytes of unfinished messages of all connections. Beyond it the connection that asks for more is closed. */
const UNFINISHED_BYTES_MAX = 64 * 1024 * 1024;
/** Silence after which a message without an end counts as whole, ms. */
const QUIET_MS = 200;
/** rsyslog keeps a silent connection for hours, and loses a message when it is closed; a peer that died is found by keep-alive. */
const IDLE_MS_MAX = 3_600_000;
const KEEP_ALIVE_MS = 60_000;
/** With all connections taken, one that has been silent for so long gives way to a new one, ms. */
const GIVES_WAY_MS = 60_000;
/** Asked of the kernel, which may grant less: datagrams that arrive while this process does something else. */
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;

export interface SocketDoor {
  /** Stops reading, takes what was read to the journal, and ends the connections. */
  close(): Promise<void>;
}

export interface SocketDoorOptions {
  protocol: SocketProtocol;
  host: string;
  port: number;
  /** Whose key the records come by; null when there is none. Throws Unavailable. */
  findKey(): Promise<KnownKey | null>;
  acceptance: Acceptance;
  clock: Clock;
  log: Log;
}

interface Connection {
  socket: Socket;
  decoder: StreamDecoder;
  /** By the clock that never jumps, ms. */
  heardAt: number;
  quiet: NodeJS.Timeout;
  heldBytes: number;
}

/** Resolves when both sockets listen. Throws when the address is taken. */
export async function openSocketDoor(options: SocketDoorOptions): Promise<SocketDoor> {
  const { protocol, host, port, log } = options;
  const streams = createGathering({ ...options, source: protocol.name, maySkip: false });
  const server = listenToStreams(protocol, streams, log);
  server.tcp.listen({ host, port });
  await once(server.tcp, 'listening');
  server.tcp.on('error', (error) => log.error({ err: error }, 'a connection could not be taken'));
  const read = protocol.readDatagram;
  if (!read) return { close: () => server.close() };

  const datagrams = createGathering({ ...options, source: protocol.name, maySkip: true });
  const udp = await listenToDatagrams(read, datagrams, options);
  return {
    async close() {
      udp.close();
      await Promise.all([server.close(), datagrams.close()]);
    },
  };
}

async function listenToDatagrams(
  read: NonNullable<SocketProtocol['readDatagram']>,
  gathering: Gathering,
  { host, port, log }: SocketDoorOptions,
): Promise<Datagrams> {
  const udp = createSocket({
    type: host.includes(':') ? 'udp6' : 'udp4',
    recvBufferSize: RECEIVE_BUFFER_BYTES,
  });
  udp.on('message', (datagram, { address }) =>
    gathering.add(read(datagram, { address: plainAddress(address) })),
  );
  udp.bind({ address: host, port });
  await once(udp, 'listening');
  udp.on('error', (error) => log.error({ err: error }, 'a datagram could not be received'));
  return udp;
}

function listenToStreams(protocol: SocketProtocol, gathering: Gathering, log: Log) {
  const connections = new Set<Connection>();
  let unfinishedBytes = 0;
  const tcp: Server = createServer({ keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS, noDelay: true });
  tcp.on('connection', open);

  function open(socket: Socket) {
    if (connections.size >= CONNECTIONS_MAX && !makeRoom()) {
      log.warn(
        { protocol: protocol.name, max: CONNECTIONS_MAX },
        'a connection was refused: too many are open',
      );
      socket.destroy();
      return;
    }
    const decoder = protocol.openStream({ address: plainAddress(socket.remoteAddress ?? '') });
    const connection: Connection = {
      socket,
      decoder,
      heardAt: performance.now(),
      quiet: setTimeout(() => take(connection, decoder.quiet()), QUIET_MS),
      heldBytes: 0,
    };
    connections.add(connection);
    socket.setTimeout(IDLE_MS_MAX, () => socket.destroy());
    socket.on('data', (chunk) => hear(connection, chunk));
    // What becomes of a connection is its sender's business; what it sent before is kept.
    socket.on('error', () => socket.destroy());
    socket.on('close', () => close(connection));
  }

  function hear(connection: Connection, chunk: Buffer) {
    connection.heardAt = performance.now();
    take(connection, connection.decoder.push(chunk));
    connection.quiet.refresh();
    if (connection.decoder.isBroken || unfinishedBytes > UNFINISHED_BYTES_MAX) connection.socket.destroy();
    else if (gathering.isFull) void wait(connection);
  }

  async function wait({ socket }: Connection) {
    socket.pause();
    await gathering.room();
    socket.resume();
  }

  function take(connection: Connection, heard: Heard) {
    gathering.add(heard);
    unfinishedBytes += connection.decoder.heldBytes - connection.heldBytes;
    connection.heldBytes = connection.decoder.heldBytes;
  }

  function close(connection: Connection) {
    if (!connections.delete(connection)) return;
    clearTimeout(connection.quiet);
    take(connection, connection.decoder.end());
    unfinishedBytes -= connection.heldBytes;
  }

  /** The connection that has been silent the longest goes, if that is long. */
  function makeRoom(): boolean {
    const [oldest] = [...connections].sort((one, other) => one.heardAt - other.heardAt);
    if (!oldest || performance.now() - oldest.heardAt < GIVES_WAY_MS) return false;
    oldest.socket.destroy();
    close(oldest);
    return true;
  }

  return {
    tcp,
    async close() {
      const closed = once(tcp, 'close');
      tcp.close();
      for (const connection of connections) {
        close(connection);
        connection.socket.destroy();
      }
      await Promise.all([closed, gathering.close()]);
    },
  };
}

function plainAddress(address: string): string {
  return address.startsWith('::ffff:') ? address.slice(7) : address;
}
