// The newsletter, which has its own troubles: POST /switch, and the relay takes no more mails.
import { log } from './loki-log.mjs';
import { serve } from './pages.mjs';

const MAILS_EACH_MS = 25;
let isRefused = false;
let mails = 0;

setInterval(() => {
  mails += 1;
  if (isRefused) log.error({ mail: mails }, `mail ${mails} failed: 421 relay: too many connections`);
  else if (mails % 20 === 0) log.info(`${mails} mails sent`);
}, MAILS_EACH_MS);

serve('newsletter', {
  'POST /switch': () => {
    isRefused = true;
    return {};
  },
});
