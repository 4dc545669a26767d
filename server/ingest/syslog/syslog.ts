/**
 * Syslog over TCP and UDP: RFC 5424, RFC 3164, and what programs call syslog. A datagram is a message (RFC 5426), or
 * several when each of its lines has a priority; a connection is framed as `framing.ts` tells.
 */

import type { Heard, Sender, SentRecord, SocketProtocol } from '#server/ingest/socket-protocol.ts';
import type { Clock } from '#server/platform/clock.ts';
import { Framing } from './framing.ts';
import { offsetsOf } from './local-time.ts';
import { readMessage, type Surroundings } from './message.ts';

/** The mark that process puts on records it cuts. */
const CUT_ATTRIBUTE = 'tandem.cut';

/** `timeZone`: of times that do not say theirs. Throws RangeError for a name that is none. */
export function createSyslogProtocol({
  timeZone,
  clock,
}: {
  timeZone: string;
  clock: Clock;
}): SocketProtocol {
  const offsetAt = offsetsOf(timeZone);
  const around = (): Surroundings => ({ now: clock.now(), offsetAt });

  return {
    name: 'syslog',
    sends: 'logs',
    openStream(sender) {
      const framing = new Framing();
      const heard = (messages: ReturnType<Framing['push']>) => {
        const now = around();
        return heardOf(messages.map(({ bytes, isCut }) => recordOf(bytes, isCut, sender, now)));
      };
      return {
        get heldBytes() {
          return framing.heldBytes;
        },
        isBroken: false,
        push: (chunk) => heard(framing.push(chunk)),
        quiet: () => heard(framing.quiet()),
        end: () => heard(framing.end()),
      };
    },
    readDatagram(datagram, sender) {
      const now = around();
      return heardOf(messagesIn(datagram).map((bytes) => recordOf(bytes, false, sender, now)));
    },
  };
}

const LINE_FEED = 0x0a;
const LESS_THAN = 0x3c;
const PRIORITY = /^<\d{1,3}>/;

/** Several messages only where each line is one: a stack trace is not. */
function messagesIn(datagram: Buffer): Buffer[] {
  const messages: Buffer[] = [];
  let start = 0;
  for (let feed = datagram.indexOf(LINE_FEED); feed >= 0; feed = datagram.indexOf(LINE_FEED, feed + 1))
    if (datagram[feed + 1] === LESS_THAN && PRIORITY.test(datagram.toString('latin1', feed + 1, feed + 6))) {
      messages.push(datagram.subarray(start, feed));
      start = feed + 1;
    }
  return [...messages, datagram.subarray(start)];
}

function recordOf(
  bytes: Buffer,
  isCut: boolean,
  sender: Sender,
  around: Surroundings,
): SentRecord | undefined {
  const message = readMessage(bytes.toString('utf8'), around);
  if (message === null) return undefined;
  const { record, resource } = message;
  if (isCut) record.attributes = { ...record.attributes, [CUT_ATTRIBUTE]: 'body' };
  return { record, resource: { ...resource, 'client.address': sender.address }, bytes: bytes.length };
}

function heardOf(records: readonly (SentRecord | undefined)[]): Heard {
  return { records: records.filter((record) => record !== undefined), unreadable: [] };
}
