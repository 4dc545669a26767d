/** What an error of the disk means to senders. They learn that we cannot; the operator finds why in the cause. */
import { Unavailable } from '#server/platform/rejection.ts';
import { OutOfSpace } from './free-space.ts';

/** The system's words for a disk without space: none left at all, or none for this user. */
const DISK_FULL = new Set(['ENOSPC', 'EDQUOT']);

export function refusalFor(error: unknown): Unavailable {
  const { code = '' } = error as NodeJS.ErrnoException;
  return error instanceof OutOfSpace || DISK_FULL.has(code)
    ? new Unavailable('disk_full', 'The disk of the server is full. Nothing was taken.', { cause: error })
    : new Unavailable('disk_error', 'The disk of the server fails. Nothing was taken.', { cause: error });
}

/** The same refusal for another caller: each has its own stack. */
export function again({ code, message, retryAfterSeconds, cause }: Unavailable): Unavailable {
  return new Unavailable(code, message, { retryAfterSeconds, cause });
}
