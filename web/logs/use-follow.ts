/**
 * New lines as they arrive, from a stream of the server. While the reader is away from the top, or holds the list with
 * the pointer, what arrives waits and is counted. A stream that cannot go on where it broke asks for the list anew, so
 * that nothing is missing below the new lines.
 */
import { useEffect, useState } from 'react';
import type { LogTailMessage } from '#contract/logs.ts';
import { type LogQuestion, tailLogs } from '#web/client.ts';
import { type Followed, follow, goOn, NOTHING_FOLLOWED } from './tail.ts';

/** Numbers and bars follow more slowly than lines: each counts the whole period. */
const COUNT_EVERY_MS = 5000;

interface FollowOptions {
  on: boolean;
  rests: boolean;
  question: LogQuestion;
  askedAt: number;
  /** The list is to be asked for up to this moment, milliseconds since 1970. */
  askAt: (at: number) => void;
  countAgain: () => void;
}

export interface Following extends Followed {
  state: 'opening' | 'open' | 'away';
}

export function useFollow({ on, rests, question, askedAt, askAt, countAgain }: FollowOptions): Following {
  const { project, query } = question;
  const what = JSON.stringify([on, project, query, askedAt]);
  const [kept, setKept] = useState({ what, rests, followed: NOTHING_FOLLOWED });
  const [state, setState] = useState<Following['state']>('opening');
  // A list that is asked for anew has all that was followed before.
  if (kept.what !== what) setKept({ what, rests, followed: NOTHING_FOLLOWED });
  else if (kept.rests !== rests)
    setKept({ ...kept, rests, followed: rests ? kept.followed : goOn(kept.followed) });

  useEffect(() => {
    if (!on) return;
    setState('opening');
    let countedAt = Date.now();
    let grown = false;
    const take = (message: LogTailMessage) => {
      setState(message.type === 'trouble' ? 'away' : 'open');
      if (message.type === 'start' && !message.resumed) askAt(message.at);
      if (message.type !== 'lines') return;
      setKept((old) => ({ ...old, followed: follow(old.followed, message, old.rests) }));
      grown ||= message.arrived > 0;
      if (!grown || Date.now() - countedAt < COUNT_EVERY_MS) return;
      countedAt = Date.now();
      grown = false;
      countAgain();
    };
    const stop = tailLogs({ project, query }, { onMessage: take, onAway: () => setState('away') });
    // The last lines of a burst are counted too, though no message follows them.
    const rest = setInterval(() => {
      if (!grown || document.hidden || Date.now() - countedAt < COUNT_EVERY_MS) return;
      countedAt = Date.now();
      grown = false;
      countAgain();
    }, COUNT_EVERY_MS);
    return () => {
      stop();
      clearInterval(rest);
    };
  }, [on, project, query, askAt, countAgain]);

  const followed = kept.what === what && on ? kept.followed : NOTHING_FOLLOWED;
  return { ...followed, state };
}
