/**
 * Drives a dead letter through again: its records are appended to the journal once more, with the
 * letter's id, by which process takes them off the dead letters once. Bytes that the journal could not read are no
 * records, and say so.
 */
import type { JournalWriter } from '#server/journal/contract.ts';
import { type AcceptedRequest, decodeAccepted, encodeAccepted } from '#server/record/accepted.ts';
import { reject } from '#server/record/rejections.ts';

export async function redrive(
  letterId: string,
  bytes: Uint8Array,
  journal: Pick<JournalWriter, 'append'>,
): Promise<void> {
  let request: AcceptedRequest;
  try {
    request = decodeAccepted(bytes);
  } catch (error) {
    throw reject('letter_unreadable', '', { cause: error });
  }
  await journal.append(encodeAccepted({ ...request, redriveOf: letterId }));
}
