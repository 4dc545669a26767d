/**
 * The order in which chained exceptions are told, and how each belongs to the one before it. Senders put the
 * exception that was caught last and its root cause first; JavaScript and Python also number them, with parents,
 * because an exception group has several. Numbers that make no tree are ignored.
 */
import type { ExceptionView } from './payload.ts';

export interface ChainLink {
  exception: ExceptionView;
  /** How it belongs to the exception told before it; empty for the one that was caught. */
  relation: string;
  /** How deep inside exception groups it stands. */
  depth: number;
  /** Nothing caused it: where to look first. False when it stands alone, where saying so helps nobody. */
  isRootCause: boolean;
}

/** From the exception that was caught down to its root causes. */
export function exceptionChain(exceptions: readonly ExceptionView[]): ChainLink[] {
  return treeChain(exceptions) ?? lineChain(exceptions);
}

function lineChain(exceptions: readonly ExceptionView[]): ChainLink[] {
  return exceptions.toReversed().map((exception, index) => ({
    exception,
    relation: index === 0 ? '' : causeWords(exception),
    depth: 0,
    isRootCause: exceptions.length > 1 && index === exceptions.length - 1,
  }));
}

function treeChain(exceptions: readonly ExceptionView[]): ChainLink[] | null {
  const byId = new Map<number, ExceptionView>();
  const children = new Map<number | null, ExceptionView[]>();
  for (const exception of exceptions) {
    const { id, parentId } = exception.mechanism ?? { id: null, parentId: null };
    if (id === null || byId.has(id)) return null;
    byId.set(id, exception);
    children.set(parentId, [...(children.get(parentId) ?? []), exception]);
  }
  const [root, ...otherRoots] = children.get(null) ?? [];
  if (!root || otherRoots.length > 0) return null;

  const links: ChainLink[] = [];
  const visit = (exception: ExceptionView, relation: string, depth: number) => {
    const below = (children.get(exception.mechanism?.id ?? Number.NaN) ?? []).toSorted(
      (a, b) => (a.mechanism?.id ?? 0) - (b.mechanism?.id ?? 0),
    );
    links.push({ exception, relation, depth, isRootCause: exceptions.length > 1 && below.length === 0 });
    const isGroup = exception.mechanism?.isGroup === true;
    below.forEach((child, index) => {
      if (isGroup && !isCause(child))
        visit(child, `One of ${below.length} in the group: number ${index + 1}`, depth + 1);
      else visit(child, causeWords(child), depth);
    });
  };
  visit(root, '', 0);
  // A parent that is missing, or a circle, leaves some out: then the order sent is the better story.
  return links.length === exceptions.length ? links : null;
}

const isCause = (exception: ExceptionView) =>
  ['cause', '__cause__', '__context__'].includes(exception.mechanism?.source ?? '');

function causeWords(exception: ExceptionView): string {
  return exception.mechanism?.source === '__context__' ? 'Raised while handling' : 'Caused by';
}
