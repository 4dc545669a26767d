/**
 * The tree of things grouping looked at. A leaf holds the text that is hashed, a branch holds leaves; a node
 * contributes when one of its values does, unless it was told otherwise. The hash of a tree is the MD5 of its
 * contributing leaves, one after the other without separators.
 */
import { hash as digest } from 'node:crypto';
import type { GroupingComponent } from '#server/record/grouping.ts';

const NAMES: Readonly<Record<string, string>> = {
  app: 'in-app',
  system: 'all frames',
  default: 'default',
  'chained-exception': 'exceptions',
  exception: 'exception',
  type: 'type',
  value: 'value',
  'ns-error': 'NSError',
  domain: 'domain',
  code: 'code',
  stacktrace: 'stack trace',
  frame: 'frame',
  module: 'module',
  filename: 'file name',
  function: 'function',
  'context-line': 'source line',
  threads: 'thread',
  template: 'template',
  message: 'message',
  salt: 'report type',
  hostname: 'host name',
  violation: 'violation',
  uri: 'blocked URI',
  fingerprint: 'fingerprint',
  checksum: 'checksum',
  fallback: 'fallback',
};

/** A leaf; without a value it contributes nothing. */
export function leaf(id: string, value: string | undefined, hint?: string): GroupingComponent {
  return branch(id, value === undefined ? [] : [value], hint);
}

export function branch(id: string, values: (string | GroupingComponent)[], hint?: string): GroupingComponent {
  const component: GroupingComponent = {
    id,
    name: NAMES[id] ?? id,
    contributes: values.some((value) => typeof value === 'string' || value.contributes),
    values,
  };
  if (hint !== undefined) component.hint = hint;
  return component;
}

/** Takes a node out of the hash, and says why. */
export function ignore(component: GroupingComponent, hint?: string): void {
  component.contributes = false;
  if (hint !== undefined) component.hint = hint;
}

/** All leaves that count, joined: what is hashed. */
export function hashedText(component: GroupingComponent): string {
  if (!component.contributes) return '';
  let text = '';
  for (const value of component.values) text += typeof value === 'string' ? value : hashedText(value);
  return text;
}

export function md5(text: string): string {
  return digest('md5', text);
}

/** Whether a contributing stack trace is in the tree, itself under contributing nodes only. */
export function hasStacktrace(component: GroupingComponent): boolean {
  return component.values.some(
    (value) =>
      typeof value !== 'string' && value.contributes && (value.id === 'stacktrace' || hasStacktrace(value)),
  );
}
