// A queue: messages are handed out one after the other, and again while nobody says that they are done.
import { log } from './loki-log.mjs';
import { serve } from './pages.mjs';

/** A message that was handed out and not done is handed out again, ms. */
const AGAIN_MS = 1000;
const messages = [];
let numbers = 0;

serve('queue', {
  'POST /messages': ({ body }) => {
    const id = ++numbers;
    messages.push({ id, body, attempts: 0, notBefore: 0 });
    log.info({ message_id: id, user_id: body.user_id }, `message ${id} taken`);
    return { status: 202, body: { id } };
  },
  'POST /next': () => {
    const message = messages.find(({ notBefore }) => notBefore <= Date.now());
    if (!message) return { status: 204 };
    message.attempts += 1;
    message.notBefore = Date.now() + AGAIN_MS;
    return { body: { id: message.id, attempts: message.attempts, message: message.body } };
  },
  'POST /done': ({ body: { id } }) => {
    const at = messages.findIndex((message) => message.id === id);
    if (at >= 0) messages.splice(at, 1);
    return {};
  },
});
