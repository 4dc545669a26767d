/**
 * New lines as they arrive: once a second the newest are asked for. It rests while the reader is away from the top
 * or from the page, and catches up afterwards.
 */
import { useEffect, useRef, useState } from 'react';
import { api, type LogQuestion } from '#web/client.ts';
import { follow, NOTHING_FOLLOWED } from './lines.ts';

const EVERY_MS = 1000;
/** Lines of one question; with what it reaches back, more than 250 a second are too many to read anyway. */
const LINES_MAX = 1000;
/** Senders send in batches: each question reaches back a little, and now and then further. */
const REACH_BACK_MS = 3000;
const REACH_FAR_BACK_MS = 60_000;
const FAR_EVERY = 10;
/** The clock of the reader may be behind that of the server. */
const AHEAD_MS = 5000;
/** Numbers and bars follow more slowly than lines: each counts the whole period. */
const COUNT_EVERY = 5;

interface FollowOptions {
  on: boolean;
  rests: boolean;
  question: LogQuestion;
  askedAt: number;
  countAgain: () => void;
}

export function useFollow({ on, rests, question, askedAt, countAgain }: FollowOptions) {
  const { project, query } = question;
  const what = JSON.stringify([on, project, query, askedAt]);
  const [state, setState] = useState({ what, followed: NOTHING_FOLLOWED });
  if (state.what !== what) setState({ what, followed: NOTHING_FOLLOWED });
  const [failed, setFailed] = useState<unknown>(null);
  /** Until when lines were asked for; a rest begins and ends there. */
  const until = useRef({ what: '', at: 0 });

  useEffect(() => {
    if (!on || rests) return;
    const gone = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    let asks = 0;
    if (until.current.what !== what) until.current = { what, at: askedAt };

    async function ask() {
      asks += 1;
      const now = Date.now();
      const far = asks % FAR_EVERY === 0;
      try {
        if (!document.hidden) {
          const page = await api.logs(
            {
              project,
              query,
              from: until.current.at - (far ? REACH_FAR_BACK_MS : REACH_BACK_MS),
              to: now + AHEAD_MS,
              limit: LINES_MAX,
            },
            gone.signal,
          );
          until.current.at = now;
          setFailed(null);
          setState((old) =>
            old.what === what
              ? { ...old, followed: follow(old.followed, page.items, page.nextCursor !== null && !far) }
              : old,
          );
          if (asks % COUNT_EVERY === 0) countAgain();
        }
      } catch (error) {
        if (gone.signal.aborted) return;
        setFailed(error);
      }
      timer = setTimeout(ask, EVERY_MS);
    }
    ask();
    return () => {
      gone.abort();
      clearTimeout(timer);
    };
  }, [on, rests, project, query, askedAt, what, countAgain]);

  return {
    followed: state.what === what && on ? state.followed : NOTHING_FOLLOWED,
    failed: on ? failed : null,
  };
}
