/**
 * The contract of a protocol that is spoken on sockets of its own. Its senders name no ingest key and hear no answer: it
 * turns bytes into records and says what it could not read; which project, limits, journal and ledger are the door's
 * business (`socket-door.ts`).
 */
import type { Attributes, LogRecord } from '#server/record/log.ts';
import type { RejectionCode } from '#server/record/rejections.ts';

export interface SentRecord {
  record: LogRecord;
  resource?: Attributes;
  scope?: string;
  /** On the wire. */
  bytes: number;
}

/** What some bytes turned out to be. */
export interface Heard {
  records: SentRecord[];
  /** What came and is no record. */
  unreadable: { code: RejectionCode; quantity: number; bytes: number }[];
}

export interface Sender {
  address: string;
}

/** Reads one connection. Never throws, and holds a bounded number of bytes. */
export interface StreamDecoder {
  /** Bytes of messages that are not whole yet. */
  readonly heldBytes: number;
  /** What follows cannot be read: the connection is to be closed. */
  readonly isBroken: boolean;
  push(chunk: Buffer): Heard;
  /** Nothing more came for a moment. */
  quiet(): Heard;
  /** Nothing more will come. */
  end(): Heard;
}

export interface SocketProtocol {
  /** Folder name: `syslog`. */
  name: string;
  sends: 'logs';
  openStream(sender: Sender): StreamDecoder;
  /** Absent: not spoken over UDP. Never throws. */
  readDatagram?(datagram: Buffer, sender: Sender): Heard;
}
