/**
 * Drives a dead letter through again: its records are appended to the journal once more, with the
 * letter's id, by which process takes them off the dead letters once. Bytes that the journal could not read are no
 * records, and say so.
 */
import { type AcceptedRequest, decodeAccepted, encodeAccepted, laneOf } from '#server/record/accepted.ts';
import { reject } from '#server/record/rejections.ts';
import type { Append } from './protocol.ts';

export async function redrive(letterId: string, bytes: Uint8Array, append: Append): Promise<void> {
  let request: AcceptedRequest;
  try {
    request = decodeAccepted(bytes);
  } catch (error) {
    throw reject('letter_unreadable', '', { cause: error });
  }
  // A letter is a frame of one record.
  await append(
    laneOf(request.records[0]?.type ?? 'counts'),
    encodeAccepted({ ...request, redriveOf: letterId }),
  );
}
