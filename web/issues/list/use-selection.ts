/** Which issues are selected, which one the keys speak of, and whom an action is meant for. */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { IssueListItem } from '#contract/issues.ts';

const NONE: ReadonlySet<string> = new Set();

/**
 * The row one was at, by visit in the browser's history: coming back from an issue, the keys go on from there.
 * One short id for each visited list; a reload forgets them.
 */
const activeByVisit = new Map<string, string>();

export function useSelection(issues: readonly IssueListItem[], visit: string) {
  const [chosen, setChosen] = useState(NONE);
  const [activeId, setActiveId] = useState<string | null>(activeByVisit.get(visit) ?? null);
  const last = useRef<string | null>(null);
  const present = useRef(issues);
  useEffect(() => {
    present.current = issues;
  });
  const activate = useCallback(
    (id: string) => {
      activeByVisit.set(visit, id);
      setActiveId(id);
    },
    [visit],
  );

  // Rows that left the list, by a search or an action, are selected no more.
  const selected =
    chosen.size === 0
      ? NONE
      : new Set(issues.filter((issue) => chosen.has(issue.id)).map((issue) => issue.id));

  /** With shift: everything from the last one to this one. */
  const toggle = useCallback((id: string, range: boolean) => {
    setChosen((old) => {
      const next = new Set(old);
      const ids = present.current.map((issue) => issue.id);
      const [from, to] = [ids.indexOf(last.current ?? ''), ids.indexOf(id)];
      const on = !old.has(id);
      const touched = range && from >= 0 ? ids.slice(Math.min(from, to), Math.max(from, to) + 1) : [id];
      for (const each of touched) {
        if (on) next.add(each);
        else next.delete(each);
      }
      return next;
    });
    last.current = id;
  }, []);

  function move(step: number) {
    const at = issues.findIndex((issue) => issue.id === activeId);
    const next = issues[Math.min(issues.length - 1, Math.max(0, at < 0 ? 0 : at + step))];
    if (next) activate(next.id);
  }

  return {
    selected,
    activeId,
    move,
    activate,
    toggle,
    toggleActive: () => activeId !== null && toggle(activeId, false),
    selectAll: (all: boolean) => setChosen(all ? new Set(issues.map((issue) => issue.id)) : NONE),
    /** The selected ones, else the one the keys speak of. */
    targets: () =>
      issues.filter((issue) => (selected.size > 0 ? selected.has(issue.id) : issue.id === activeId)),
  };
}
