/** What one searched for lately, in this browser: the newest first, each once. */
import { useCallback, useState } from 'react';

/** As many as are offered, and a few that come up again when those are taken. */
const RECENT_MAX = 10;

export function withRecent(known: readonly string[], text: string): readonly string[] {
  return text === '' ? known : [text, ...known.filter((each) => each !== text)].slice(0, RECENT_MAX);
}

export function useRecent(name: string): [readonly string[], (text: string) => void] {
  const key = `tandem.recent.${name}`;
  const [recent, setRecent] = useState(() => readRecent(key));
  const add = useCallback(
    (text: string) => {
      // Read again: another tab may have searched meanwhile.
      const next = withRecent(readRecent(key), text);
      setRecent(next);
      try {
        localStorage.setItem(key, JSON.stringify(next));
      } catch {
        // Storage is blocked: they last as long as the page.
      }
    },
    [key],
  );
  return [recent, add];
}

function readRecent(key: string): readonly string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(stored)
      ? stored.filter((each) => typeof each === 'string').slice(0, RECENT_MAX)
      : [];
  } catch {
    return [];
  }
}
