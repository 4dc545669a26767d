/**
 * What of an event everybody may see: pure. Nothing is taken away; what may be shown is copied, field by field, so that
 * what an event begins to hold tomorrow stays private. What a program wrote into its messages is shown without e-mail and IP
 * addresses and without the names of home directories; nobody can know what else it wrote there.
 */
import type { EventPayload, ExceptionValue, StackFrame, Stacktrace } from '#server/record/event.ts';

/** Tags that say something about the program and its surroundings and nothing about a person or a host. */
const TAGS: ReadonlySet<string> = new Set([
  'environment',
  'release',
  'dist',
  'level',
  'handled',
  'mechanism',
  'browser',
  'browser.name',
  'os',
  'os.name',
  'runtime',
  'runtime.name',
]);
const TAG_CHARS_MAX = 200;

export interface PublicEvent {
  payload: Record<string, unknown>;
  tags: [string, string][];
}

export function publicEvent(event: EventPayload): PublicEvent {
  const exceptions = event.exception?.values.map(publicException);
  return {
    payload: {
      platform: event.platform,
      ...(exceptions ? { exception: { values: exceptions } } : {}),
      ...(event.stacktrace && !exceptions ? { stacktrace: publicStack(event.stacktrace) } : {}),
    },
    tags: event.tags
      .filter(([key, value]) => TAGS.has(key) && value.length <= TAG_CHARS_MAX)
      .map(([key, value]) => [key, value]),
  };
}

function publicException({ type, value, module, mechanism, stacktrace }: ExceptionValue): ExceptionValue {
  return {
    ...given('type', type),
    ...given('value', value && withoutPersons(value)),
    ...given('module', module),
    ...(mechanism && {
      mechanism: {
        ...given('type', mechanism.type),
        ...given('handled', mechanism.handled),
        ...given('exception_id', mechanism.exception_id),
        ...given('parent_id', mechanism.parent_id),
        ...given('is_exception_group', mechanism.is_exception_group),
        ...given('source', mechanism.source),
      },
    }),
    ...(stacktrace && { stacktrace: publicStack(stacktrace) }),
  };
}

const publicStack = ({ frames }: Stacktrace): Stacktrace => ({ frames: frames.map(publicFrame) });

function publicFrame(frame: StackFrame): StackFrame {
  const filename = frame.filename ?? frame.abs_path;
  return {
    ...given('filename', filename && publicPath(filename)),
    ...given('function', frame.function),
    ...given('module', frame.module),
    ...given('package', frame.package && publicPath(frame.package)),
    ...given('platform', frame.platform),
    ...given('lineno', frame.lineno),
    ...given('colno', frame.colno),
    ...given('in_app', frame.in_app),
    ...given('pre_context', frame.pre_context),
    ...given('context_line', frame.context_line),
    ...given('post_context', frame.post_context),
  };
}

const given = <Key extends string, Value>(key: Key, value: Value | undefined) =>
  (value === undefined ? {} : { [key]: value }) as { [Name in Key]?: Value };

/** Without whose home it is, and without the query of an address. */
const publicPath = (path: string) =>
  path.replace(/^(file:\/\/)?(\/home\/|\/Users\/|[A-Za-z]:\\Users\\)[^/\\]+/, '~').split('?', 1)[0]!;

/** Word by word, so that no text takes longer than its length. */
export const withoutPersons = (text: string): string =>
  text
    .split(/([\s<>()"',;:=[\]{}]+)/)
    .map((word) => (isEmail(word) ? '[e-mail]' : word))
    .join('')
    .replaceAll(/\b\d{1,3}(?:\.\d{1,3}){3}\b/g, '[IP address]');

/** `shop@1.2.3` is a release. */
function isEmail(word: string): boolean {
  const at = word.lastIndexOf('@');
  if (at < 1) return false;
  const labels = word
    .slice(at + 1)
    .replace(/[.!?]+$/, '')
    .split('.');
  return labels.length > 1 && /[a-z]/i.test(labels[0]!) && /^[\p{L}]{2,}$/u.test(labels.at(-1)!);
}
