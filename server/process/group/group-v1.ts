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
import type { GroupingRules } from '#server/process/rules/grouping-rules.ts';
import type { EventPayload } from '#server/record/event.ts';
import type { GroupingComponent, GroupingResult, GroupingVariant } from '#server/record/grouping.ts';
import { compact, shortened } from './compact.ts';
import { branch, hashedText, hasStacktrace, ignore, leaf, md5 } from './component.ts';
import { contextOf, type GroupingContext } from './context.ts';
import { exceptionVariants, isMessageInDisguise } from './exception.ts';
import { DEFAULT, type Fingerprint, fingerprintOf } from './fingerprint.ts';
import { certificateComponent, cspComponent, messageComponent, templateComponent } from './report.ts';
import { stacktraceVariants, type Variants } from './stacktrace.ts';
import { threadVariants } from './thread.ts';

/** `rules`: the project's, an input like the event: the same event and rules give the same hash for ever. */
export function groupV1(event: EventPayload, rules?: GroupingRules): GroupingResult {
  if (event.checksum) return byChecksum(event.checksum);
  const context = contextOf(rules);
  const fingerprint = fingerprintOf(event, context);
  if (fingerprint !== undefined && !fingerprint.values.includes(DEFAULT)) return byFingerprint(fingerprint);

  const variants: GroupingVariant[] = [];
  for (const [key, component] of Object.entries(decidingVariants(event, context)))
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
    ...(fingerprint?.rule === undefined ? {} : { fingerprintRule: fingerprint.rule }),
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

function byFingerprint({ values, by, rule }: Fingerprint): GroupingResult {
  const hash = md5(values.join(''));
  const key = by === 'built-in' ? 'built_in_fingerprint' : 'custom_fingerprint';
  const hint = SET_BY[by];
  const component = compact(branch('fingerprint', values, hint));
  return {
    version: 'v1',
    hashes: [hash],
    variants: [{ key, hash, contributes: true, hint, component }],
    fingerprint: values.map(shortened),
    ...(rule === undefined ? {} : { fingerprintRule: rule }),
  };
}

const SET_BY = {
  sender: 'the sender set the fingerprint',
  'built-in': 'a built-in rule set the fingerprint',
  project: 'a rule of the project set the fingerprint',
} as const;

/** The variants of the first thing that contributes; of the last one when nothing does. */
function decidingVariants(event: EventPayload, context: GroupingContext): Record<string, GroupingComponent> {
  let looked: Record<string, GroupingComponent> = {};
  for (const look of LOOKS) {
    const found = look(event, context);
    if (found === undefined) continue;
    looked = found;
    if (Object.values(found).some((component) => component.contributes)) break;
  }
  return looked;
}

type Look = (event: EventPayload, context: GroupingContext) => Record<string, GroupingComponent> | undefined;

const LOOKS: readonly Look[] = [
  (event, context) =>
    event.exception === undefined || event.exception.values.length === 0 || isMessageInDisguise(event)
      ? undefined
      : settled(exceptionVariants(event, context)),
  (event, { rules }) => event.threads && settled(threadVariants(event.threads.values, event.platform, rules)),
  (event, { rules }) =>
    event.stacktrace && settled(stacktraceVariants(event.stacktrace.frames, event.platform, rules)),
  (event) => single(templateComponent(event)),
  (event) => single(cspComponent(event)),
  (event) => single(certificateComponent(event)),
  (event, { messages }) => single(messageComponent(event, messages)),
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
