/**
 * What the page asks for at present: the search of the address, and its period as a range of time. A period ends
 * when it was asked for; it moves on with a change of the search, on request, and for the chart while one follows.
 */
import { useCallback, useMemo, useState } from 'react';
import type { LogQuestion } from '#web/client.ts';
import { type LogsSearch, rangeOf } from './logs-search.ts';

export interface Asked {
  /** Of the lines. */
  lines: LogQuestion;
  /** Of the chart and the facets. */
  counts: LogQuestion;
  askedAt: number;
  /** Moves everything to now. */
  askAgain: () => void;
  /** Moves everything to a moment, milliseconds since 1970; never back. */
  askAt: (at: number) => void;
  /** Moves the chart and the facets to now. */
  countAgain: () => void;
}

export function useAsked(search: LogsSearch): Asked {
  const { project = '', query = '', period, from, to } = search;
  const what = JSON.stringify([project, query, period, from, to]);
  const [asked, setAsked] = useState(() => ({ what, at: Date.now(), countedAt: 0 }));
  const current = asked.what === what ? asked : { what, at: Date.now(), countedAt: 0 };
  if (current !== asked) setAsked(current);
  const { at, countedAt } = current;

  const lines = useMemo(
    () => ({ project, query, ...rangeOf({ period, from, to }, at) }),
    [project, query, period, from, to, at],
  );
  const counts = useMemo(
    () => (countedAt > at ? { project, query, ...rangeOf({ period, from, to }, countedAt) } : lines),
    [project, query, period, from, to, at, countedAt, lines],
  );
  return {
    lines,
    counts,
    askedAt: at,
    askAgain: useCallback(() => setAsked((old) => ({ ...old, at: Date.now() })), []),
    askAt: useCallback((at) => setAsked((old) => ({ ...old, at: Math.max(at, Date.now(), old.at + 1) })), []),
    countAgain: useCallback(() => setAsked((old) => ({ ...old, countedAt: Date.now() })), []),
  };
}
