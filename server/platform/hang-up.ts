/** Whether who asked is still there. */
import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Aborted when the client closes its side or the connection breaks before the answer is sent. The listener lets senders
 * close theirs and wait for an answer; whoever asks a question and closes does not want it any more.
 */
export function hangUpOf({ socket }: IncomingMessage, response: ServerResponse): AbortSignal {
  const hangUp = new AbortController();
  const abort = () => hangUp.abort();
  if (response.destroyed || socket.readableEnded) abort();
  socket.once('end', abort);
  response.once('close', () => {
    socket.off('end', abort);
    if (!response.writableFinished) abort();
  });
  return hangUp.signal;
}
