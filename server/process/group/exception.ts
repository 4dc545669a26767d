/**
 * Exceptions: one, a chain of causes, or a tree of exception groups (RFC 0079). Part of grouping v1, frozen.
 * Also decides which exception an event is named after.
 */
import { platformFamily } from '#server/process/in-app/platform-family.ts';
import type { EventPayload, ExceptionValue } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { branch, ignore, leaf } from './component.ts';
import type { GroupingContext } from './context.ts';
import { stacktraceVariants, type Variants } from './stacktrace.ts';

export function exceptionVariants(event: EventPayload, context: GroupingContext): Variants {
  const { exceptions, variants } = chosenExceptions(event, context);
  const of = (exception: ExceptionValue) =>
    variants.get(exception) ?? exceptionComponents(exception, event, context);
  if (exceptions.length === 1) return of(exceptions[0]!);
  const chained: Variants = {};
  for (const name of ['app', 'system'] as const) {
    const components = exceptions.flatMap((exception) => of(exception)[name] ?? []);
    if (components.length > 0) chained[name] = branch('chained-exception', components);
  }
  return chained;
}

function exceptionComponents(
  exception: ExceptionValue,
  event: EventPayload,
  context: GroupingContext,
): Variants {
  const type = leaf('type', exception.type || undefined);
  if (exception.mechanism?.synthetic) ignore(type, 'the SDK made this exception up to have a stack trace');
  const nsError = nsErrorComponent(exception);
  const frames = exception.stacktrace?.frames ?? [];
  const stacktraces: Variants =
    frames.length > 0
      ? stacktraceVariants(frames, event.platform, context.rules, exception)
      : { app: branch('stacktrace', []) };

  const variants: Variants = {};
  for (const name of ['app', 'system'] as const) {
    const stacktrace = stacktraces[name];
    if (stacktrace === undefined) continue;
    const value = valueLeaf(exception.value, context, stacktrace.contributes, nsError !== undefined);
    variants[name] = branch(
      'exception',
      nsError ? [type, value, nsError, stacktrace] : [type, value, stacktrace],
    );
  }
  return variants;
}

function valueLeaf(
  value: string | undefined,
  context: GroupingContext,
  hasStacktrace: boolean,
  hasNsError: boolean,
): GroupingComponent {
  if (hasStacktrace || hasNsError) {
    const component = leaf('value', undefined);
    ignore(component, hasStacktrace ? 'the stack trace says it' : 'the NSError says it');
    return component;
  }
  return context.messages.leaf('value', value);
}

function nsErrorComponent(exception: ExceptionValue): GroupingComponent | undefined {
  const error = exception.mechanism?.meta?.ns_error;
  if (typeof error !== 'object' || error === null) return undefined;
  const { domain, code } = error as Record<string, unknown>;
  // A missing part is hashed as Python prints it.
  const text = (part: unknown) =>
    part == null ? 'None' : typeof part === 'object' ? JSON.stringify(part) : String(part);
  return branch('ns-error', [leaf('domain', text(domain)), leaf('code', text(code))]);
}

interface Chosen {
  exceptions: readonly ExceptionValue[];
  /** Components made on the way. */
  variants: Map<ExceptionValue, Variants>;
  /** The exception the event is named after, when it is not the last one. */
  mainId?: number;
}

/** Which of the exceptions are grouped, in which order: a tree of causes is walked, a broken one is taken as sent. */
function chosenExceptions(event: EventPayload, context: GroupingContext): Chosen {
  const exceptions = event.exception?.values ?? [];
  const variants = new Map<ExceptionValue, Variants>();
  const chosen = exceptions.length > 1 ? chosenOfTree(event, exceptions, context, variants) : undefined;
  const result: Chosen = { variants, exceptions, ...chosen };
  if (result.exceptions.length > 1) {
    const framework = causeOfFramework(result.exceptions);
    if (framework) result.mainId = framework;
  }
  return result;
}

function chosenOfTree(
  event: EventPayload,
  exceptions: readonly ExceptionValue[],
  context: GroupingContext,
  variants: Map<ExceptionValue, Variants>,
): Pick<Chosen, 'exceptions' | 'mainId'> | undefined {
  // Python's SDK 3 began to number chains that had none; their groups are kept.
  if (event.platform === 'python' && event.sdk?.version?.startsWith('3')) return undefined;
  const tree = treeOf(exceptions);
  const root = tree?.byId.get(0);
  if (tree === undefined || root === undefined) return undefined;

  const topLevel = topLevelOf(root, tree.children);
  if (topLevel.length === 0) return undefined;
  // Descending by type; the order among equals is the tree's.
  topLevel.sort((a, b) => compareText(String(b.type ?? 'None'), String(a.type ?? 'None')));
  const distinct: ExceptionValue[] = [];
  let lastKey: string | undefined;
  for (const exception of topLevel) {
    const key = topLevel.length === 1 ? '' : identity(exception, event, context, variants);
    if (key !== lastKey) distinct.push(exception);
    lastKey = key;
  }
  if (distinct.length > 1) return { exceptions: [...distinct, root] };
  const path = firstPathOf(distinct[0]!, tree.children);
  const mainId = distinct[0]!.mechanism?.exception_id;
  return path && { exceptions: path, ...(mainId === undefined ? {} : { mainId }) };
}

interface Tree {
  byId: Map<number, ExceptionValue>;
  children: Map<number, ExceptionValue[]>;
}

/** By the ids of the mechanisms; nothing when one is missing, used twice, or its own parent. */
function treeOf(exceptions: readonly ExceptionValue[]): Tree | undefined {
  const tree: Tree = { byId: new Map(), children: new Map() };
  for (const exception of exceptions.toReversed()) {
    const { exception_id: id, parent_id: parent } = exception.mechanism ?? {};
    if (id === undefined || id === parent || tree.byId.has(id)) return undefined;
    tree.byId.set(id, exception);
    if (parent === undefined) continue;
    const siblings = tree.children.get(parent);
    if (siblings) siblings.push(exception);
    else tree.children.set(parent, [exception]);
  }
  return tree;
}

/** The first exceptions below groups that are not groups themselves. A cycle of groups has none. */
function topLevelOf(root: ExceptionValue, children: Tree['children']): ExceptionValue[] {
  const found: ExceptionValue[] = [];
  const seen = new Set<ExceptionValue>();
  const walk = (exception: ExceptionValue): boolean => {
    if (!exception.mechanism?.is_exception_group) {
      found.push(exception);
      return true;
    }
    if (seen.has(exception)) return false;
    seen.add(exception);
    return (children.get(exception.mechanism.exception_id ?? -1) ?? []).every(walk);
  };
  return walk(root) ? found : [];
}

/** From an exception to its first cause, and so on; nothing when the causes go round in a circle. */
function firstPathOf(start: ExceptionValue, children: Tree['children']): ExceptionValue[] | undefined {
  const path: ExceptionValue[] = [];
  let at: ExceptionValue | undefined = start;
  while (at !== undefined) {
    if (path.includes(at)) return undefined;
    path.push(at);
    at = children.get(at.mechanism?.exception_id ?? -1)?.[0];
  }
  return path;
}

/** Equal for exceptions that grouping cannot tell apart, used or unused parts alike. */
function identity(
  exception: ExceptionValue,
  event: EventPayload,
  context: GroupingContext,
  variants: Map<ExceptionValue, Variants>,
): string {
  const components = exceptionComponents(exception, event, context);
  variants.set(exception, components);
  return JSON.stringify([components, context.messages.leaf('value', exception.value)]);
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const REACT_RECOVERED = new Set([
  'There was an error during concurrent rendering but React was able to recover by instead synchronously rendering the entire root.',
  'There was an error while hydrating but React was able to recover by instead client rendering from the nearest Suspense boundary.',
]);
const RXJAVA_WRAPPERS = new Set([
  'OnErrorNotImplementedException',
  'CompositeException',
  'UndeliverableException',
]);

/** Frameworks that wrap what happened in an exception of their own: the cause is what to name the event after. */
function causeOfFramework(exceptions: readonly ExceptionValue[]): number | undefined {
  const first = exceptions[0]!;
  const last = exceptions.at(-1)!;
  if (first.type === 'Error' && REACT_RECOVERED.has(first.value ?? '') && last.mechanism?.source === 'cause')
    return last.mechanism.exception_id;
  const wrapper = exceptions.find(
    (exception) =>
      exception.module === 'io.reactivex.rxjava3.exceptions' &&
      RXJAVA_WRAPPERS.has(exception.type ?? '') &&
      exception.mechanism?.type === 'UncaughtExceptionHandler',
  )?.mechanism?.exception_id;
  if (wrapper === undefined) return undefined;
  return exceptions.find(
    ({ mechanism }) => mechanism?.parent_id === wrapper && mechanism.exception_id !== undefined,
  )?.mechanism?.exception_id;
}

/** The exception an event is named after: of a group its one member, of a chain usually the last. */
export function mainException(event: EventPayload, context: GroupingContext): ExceptionValue | undefined {
  const exceptions = event.exception?.values ?? [];
  const { mainId } = chosenExceptions(event, context);
  const main = mainId ? exceptions.find(({ mechanism }) => mechanism?.exception_id === mainId) : undefined;
  return main ?? exceptions.at(-1);
}

/** A captured message to which the SDK attached a stack trace in the form of an exception. */
export function isMessageInDisguise(event: EventPayload): boolean {
  const exceptions = event.exception?.values ?? [];
  const only = exceptions.length === 1 ? exceptions[0]! : undefined;
  if (!only?.mechanism?.synthetic || only.type || !only.value) return false;
  if (platformFamily(event.platform) !== 'javascript') return false;
  return event.logentry?.formatted === only.value || event.logentry?.message === only.value;
}
