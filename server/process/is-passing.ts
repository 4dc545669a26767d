/**
 * Whether an error says that a store or the system cannot now, and nothing about what was being stored. Such errors
 * are waited out, however long; any other may be the fault of one record.
 */
import { Unavailable } from '#server/platform/rejection.ts';

export function isPassing(error: unknown): boolean {
  // A system call that failed: a full or failing disk, no more files to open.
  return error instanceof Unavailable || (error instanceof Error && 'syscall' in error);
}
