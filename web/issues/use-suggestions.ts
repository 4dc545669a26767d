/** What the search of issues and events offers besides what is on the page: tags and values that events had lately. */
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { api } from '#web/client.ts';
import type { SearchKey } from '#web/ui/suggest.ts';

/** Fingers that pause for so long wait for something, ms. */
const PAUSE_MS = 150;
const NOTHING: readonly string[] = [];

interface Typed {
  key: string;
  text: string;
}

export function useSuggestions(
  project: string,
  keys: readonly SearchKey[],
  known: ReadonlyMap<string, readonly string[]>,
) {
  const [typed, setTyped] = useState<Typed | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const onTyped = useCallback((next: Typed) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setTyped(next), PAUSE_MS);
  }, []);
  useEffect(() => () => clearTimeout(timer.current), []);

  const hasOwnValues = keys.some(({ key, values }) => key === typed?.key && values);
  const { data } = useQuery({
    queryKey: ['suggestions', project, typed],
    queryFn: ({ signal }) => api.suggestions({ project, ...(typed ?? { key: '', text: '' }) }, signal),
    enabled: typed !== null && !hasOwnValues,
    staleTime: 60_000,
    retry: false,
    // The last answer stands until the next is there, so that the list does not flicker.
    placeholderData: (before) => before,
  });
  const found = data?.values ?? NOTHING;

  return useMemo(() => {
    if (!typed || found.length === 0) return { keys, values: known, onTyped };
    if (typed.key === '') {
      const there = new Set(keys.map(({ key }) => key));
      const tags = found.filter((key) => !there.has(key) && /^[a-z_][\w.\-/]*$/i.test(key));
      return { keys: [...keys, ...tags.map((key) => ({ key, detail: 'tag' }))], values: known, onTyped };
    }
    const values = new Map(known);
    values.set(typed.key, [...new Set([...(known.get(typed.key) ?? []), ...found])]);
    return { keys, values, onTyped };
  }, [typed, found, keys, known, onTyped]);
}
