/**
 * Grouping v1: the hash that decides an event's issue. Part of `process`, after `markInApp`, which must have run.
 * It is frozen: the same hash as Sentry's strategy `newstyle:2026-01-20`, so that people who move here keep
 * their groups and fingerprints. A better idea is v2, beside it.
 * Promises: pure and deterministic; never an empty list of hashes; says why, in components small enough to be
 * kept with every event.
 *
 * In order: a checksum decides alone; a fingerprint decides alone or salts what follows; then the first of
 * exceptions, threads, stack trace, template, security report and message that has something to say.
 */
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingComponent, GroupingResult, GroupingVariant } from '#server/record/grouping.ts';
import { compact, shortened } from './compact.ts';
import { branch, hashedText, hasStacktrace, ignore, leaf, md5 } from './component.ts';
import { exceptionVariants, isMessageInDisguise } from './exception.ts';
import { DEFAULT, type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { type Messages, messagesOf } from './messages.ts';
import { certificateComponent, cspComponent, messageComponent, templateComponent } from './report.ts';
import { stacktraceVariants, type Variants } from './stacktrace.ts';
import { threadVariants } from './thread.ts';

export function groupV1(event: EventPayload): GroupingResult {
  if (event.checksum) return byChecksum(event.checksum);
  const messages = messagesOf();
  const fingerprint = fingerprintOf(event, messages);
  if (fingerprint !== undefined && !fingerprint.values.includes(DEFAULT)) return byFingerprint(fingerprint);

  const variants: GroupingVariant[] = [];
  for (const [key, component] of Object.entries(decidingVariants(event, messages)))
    variants.push(
      variant(
        key,
        component,
        variants.some(({ hash }) => hash !== null),
        fingerprint,
      ),
    );
  const hashes = variants.flatMap(({ hash }) => hash ?? []);
  if (hashes.length === 0) variants.push(FALLBACK);
  return {
    version: 'v1',
    hashes: hashes.length > 0 ? hashes : [FALLBACK.hash!],
    variants,
    ...(fingerprint === undefined ? {} : { fingerprint: fingerprint.values.map(shortened) }),
  };
}

/** Events that say nothing at all are one group. */
const FALLBACK: GroupingVariant = {
  key: 'fallback',
  hash: md5(''),
  contributes: true,
  hint: 'the event has nothing to group by',
  component: branch('fallback', []),
};

function byChecksum(checksum: string): GroupingResult {
  const isHash = /^[0-9a-f]{32}$/.test(checksum);
  const hash = isHash ? checksum : md5(checksum);
  const component = leaf('checksum', checksum, isHash ? 'taken as it is' : 'hashed');
  return {
    version: 'v1',
    hashes: [hash],
    variants: [{ key: 'checksum', hash, contributes: true, component: compact(component) }],
  };
}

function byFingerprint({ values, isBuiltIn }: Fingerprint): GroupingResult {
  const hash = md5(values.join(''));
  const key = isBuiltIn ? 'built_in_fingerprint' : 'custom_fingerprint';
  const hint = isBuiltIn ? 'a built-in rule set the fingerprint' : 'the sender set the fingerprint';
  const component = compact(branch('fingerprint', values, hint));
  return {
    version: 'v1',
    hashes: [hash],
    variants: [{ key, hash, contributes: true, hint, component }],
    fingerprint: values.map(shortened),
  };
}

/** The variants of the first thing that contributes; of the last one when nothing does. */
function decidingVariants(event: EventPayload, messages: Messages): Record<string, GroupingComponent> {
  let looked: Record<string, GroupingComponent> = {};
  for (const look of LOOKS) {
    const found = look(event, messages);
    if (found === undefined) continue;
    looked = found;
    if (Object.values(found).some((component) => component.contributes)) break;
  }
  return looked;
}

type Look = (event: EventPayload, messages: Messages) => Record<string, GroupingComponent> | undefined;

const LOOKS: readonly Look[] = [
  (event, messages) =>
    event.exception === undefined || event.exception.values.length === 0 || isMessageInDisguise(event)
      ? undefined
      : settled(exceptionVariants(event, messages)),
  (event) => event.threads && settled(threadVariants(event.threads.values, event.platform)),
  (event) => event.stacktrace && settled(stacktraceVariants(event.stacktrace.frames, event.platform)),
  (event) => single(templateComponent(event)),
  (event) => single(cspComponent(event)),
  (event) => single(certificateComponent(event)),
  (event, messages) => single(messageComponent(event, messages)),
];

function single(component: GroupingComponent | undefined): Record<string, GroupingComponent> | undefined {
  return component && { default: branch('default', [component]) };
}

/** `app` decides where it can; `system` is for stacks without the person's code, and for old groups. */
function settled({ app, system }: Variants): Record<string, GroupingComponent> {
  if (app && system) {
    if (app.contributes && system.contributes && hashedText(app) === hashedText(system))
      ignore(system, 'the same as the app variant');
    const byStack = { app: hasStacktrace(app), system: hasStacktrace(system) };
    if (byStack.app !== byStack.system)
      ignore(byStack.app ? system : app, 'no stack trace in it, unlike in the other variant');
  }
  return {
    ...(app ? { app: branch('app', [app], app.hint) } : {}),
    ...(system ? { system: branch('system', [system], system.hint) } : {}),
  };
}

/** Only the deciding variant keeps what it is made of. */
function variant(
  key: string,
  component: GroupingComponent,
  isDecided: boolean,
  fingerprint: Fingerprint | undefined,
): GroupingVariant {
  const text = component.contributes ? hashedText(component) : undefined;
  const salted =
    text === undefined || fingerprint === undefined
      ? text
      : fingerprint.values.map((value) => (value === DEFAULT ? text : value)).join('');
  return {
    key,
    hash: salted === undefined ? null : md5(salted),
    contributes: component.contributes,
    ...(component.hint === undefined ? {} : { hint: component.hint }),
    component: isDecided ? { ...component, values: [] } : compact(component),
  };
}
