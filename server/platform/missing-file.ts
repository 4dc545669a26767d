/** For `.catch` on a file call: a file that is not there is an answer, everything else is an error. */
export function undefinedWhenMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
  return undefined;
}
