/**
 * SocketHandler of Python's logging: for each record four bytes of length, then a pickle of its fields.
 * Source: https://docs.python.org/3/library/logging.handlers.html#sockethandler.
 */
import type {
  Heard,
  Sender,
  SentRecord,
  SocketProtocol,
  StreamDecoder,
} from '#server/ingest/socket-protocol.ts';
import { assert } from '#server/platform/assert.ts';
import { Rejection } from '#server/platform/rejection.ts';
import type { RejectionCode } from '#server/record/rejections.ts';
import { REJECTIONS, reject } from '#server/record/rejections.ts';
import { readLogRecord } from './log-record.ts';
import { plainFields } from './plain-values.ts';
import { unpickle } from './unpickle.ts';

/** One record with its traceback. A longer one is passed over and counted. */
export const PICKLE_BYTES_MAX = 1024 * 1024;
/** Nobody logs so much at once: what says so speaks another protocol, and is not listened to. */
const LENGTH_MAX = 64 * 1024 * 1024;
const PREFIX_BYTES = 4;
/** Pieces that are held apart: a record that comes byte by byte must not cost a hundred bytes for each. */
const CHUNKS_MAX = 1_024;

export const pythonSocketProtocol: SocketProtocol = {
  name: 'python',
  sends: 'logs',
  openStream: (sender) => new PickleStream(sender),
};

class PickleStream implements StreamDecoder {
  readonly #sender: Sender;
  /** What came of the record that is not whole; joined once, when it is. */
  #chunks: Buffer[] = [];
  #heldBytes = 0;
  #passOver = 0;
  isBroken = false;

  constructor(sender: Sender) {
    this.#sender = sender;
  }

  get heldBytes(): number {
    return this.#heldBytes;
  }

  push(chunk: Buffer): Heard {
    const heard: Heard = { records: [], unreadable: [] };
    const passed = Math.min(this.#passOver, chunk.length);
    this.#passOver -= passed;
    if (passed < chunk.length) this.#hold(chunk.subarray(passed));
    while (!this.isBroken && this.#heldBytes >= PREFIX_BYTES && this.#takeOne(heard));
    return heard;
  }

  quiet(): Heard {
    return { records: [], unreadable: [] };
  }

  /** A record that did not come whole is lost with its connection. */
  end(): Heard {
    const bytes = this.#heldBytes;
    this.#chunks = [];
    this.#heldBytes = 0;
    return { records: [], unreadable: bytes === 0 ? [] : [{ code: 'body_incomplete', quantity: 1, bytes }] };
  }

  /** False when it is not whole yet. */
  #takeOne(heard: Heard): boolean {
    const length = this.#length();
    if (length > LENGTH_MAX) {
      heard.unreadable.push({ code: 'pickle_invalid', quantity: 1, bytes: this.#heldBytes });
      this.isBroken = true;
      this.end();
      return false;
    }
    if (length > PICKLE_BYTES_MAX) {
      heard.unreadable.push({ code: 'item_too_large', quantity: 1, bytes: length });
      const held = this.#joined();
      const passed = Math.min(held.length, PREFIX_BYTES + length);
      this.#passOver = PREFIX_BYTES + length - passed;
      this.#keep(held.subarray(passed));
      return true;
    }
    if (this.#heldBytes < PREFIX_BYTES + length) return false;
    const held = this.#joined();
    this.#keep(held.subarray(PREFIX_BYTES + length));
    this.#read(held.subarray(PREFIX_BYTES, PREFIX_BYTES + length), heard);
    return true;
  }

  #read(pickle: Buffer, heard: Heard): void {
    try {
      heard.records.push(recordOf(pickle, this.#sender));
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      assert(error.code in REJECTIONS, `refused with the code ${error.code}, which is not in the table`);
      heard.unreadable.push({ code: error.code as RejectionCode, quantity: 1, bytes: pickle.length });
    }
  }

  #length(): number {
    const [first] = this.#chunks;
    return (first!.length >= PREFIX_BYTES ? first! : this.#joined()).readUInt32BE();
  }

  #joined(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)];
    return this.#chunks[0]!;
  }

  #keep(rest: Buffer): void {
    this.#chunks = rest.length === 0 ? [] : [rest];
    this.#heldBytes = rest.length;
  }

  #hold(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#heldBytes += chunk.length;
    if (this.#chunks.length > CHUNKS_MAX) this.#joined();
  }
}

/** Throws Rejection. */
function recordOf(pickle: Buffer, { address }: Sender): SentRecord {
  const value = unpickle(pickle);
  if (!(value instanceof Map)) throw reject('python_record_invalid');
  const read = readLogRecord(plainFields(value));
  if (read === null) throw reject('python_record_invalid');
  const { record, scope } = read;
  return { record, ...(scope && { scope }), resource: { 'client.address': address }, bytes: pickle.length };
}
