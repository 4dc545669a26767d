/**
 * Sentry's SDKs mostly name no service. What they send is given the one that others know it by: the log line of the same
 * span, what else the process said in this trace, the only service of its host, or the line on its host that says the
 * same. What was sent stays beside it, since the engine counts by that.
 */
import type { StoryLine } from './story-line.ts';

/** Spans within spans: deeper ones keep what their host says. */
const CLIMB_MAX = 30;

/** Who catches an error logs it right then. */
const REPORT_NS = 1_000_000_000n;
/** Shorter words are in many lines. */
const WORDS_CHARS_MIN = 12;

const keyOf = (traceId: string, spanId: string) => `${traceId} ${spanId}`;

/** `words`: what the error says. */
export function withKnownServices(lines: readonly StoryLine[], words: readonly string[] = []): StoryLine[] {
  const processOf = processes(lines);
  const ofProcess = servicesBy(lines, processOf);
  const ofHost = servicesBy(lines, ({ host }) => host);
  const error = lines.find(({ kind, why }) => kind === 'error' && why === 'event');
  const reported = error ? only(new Set(reportsOf(lines, error, words))) : '';
  return lines.map((line) => {
    if (line.service !== '') return line;
    // A breadcrumb was recorded where its error was.
    const told = line.kind === 'breadcrumb' && error ? error : line;
    const service =
      only(ofProcess.get(processOf(told))) || only(ofHost.get(told.host)) || (told === error ? reported : '');
    return service === '' ? line : { ...line, knownService: service };
  });
}

/** Services that say the same on the same host at the same time. */
function reportsOf(lines: readonly StoryLine[], error: StoryLine, words: readonly string[]): string[] {
  const telling = words.filter(({ length }) => length >= WORDS_CHARS_MIN);
  return lines
    .filter(
      ({ kind, host, service, at, body, message = body }) =>
        kind === 'log' &&
        service !== '' &&
        host !== '' &&
        host === error.host &&
        at - error.at <= REPORT_NS &&
        error.at - at <= REPORT_NS &&
        telling.some((text) => message.includes(text)),
    )
    .map(({ service }) => service);
}

/** Within a trace, by the span that came into the process: a span below it that came from nowhere else is of the same. */
function processes(lines: readonly StoryLine[]): (line: Pick<StoryLine, 'traceId' | 'spanId'>) => string {
  const spans = new Map(
    lines.filter(({ kind }) => kind === 'span').map((line) => [keyOf(line.traceId, line.spanId), line]),
  );
  return ({ traceId, spanId }) => {
    if (spanId === '') return '';
    let at = keyOf(traceId, spanId);
    for (let climbed = 0; climbed < CLIMB_MAX; climbed += 1) {
      const span = spans.get(at);
      if (!span || span.isSegment || span.parentSpanId === '') return at;
      at = keyOf(traceId, span.parentSpanId);
    }
    return '';
  };
}

function servicesBy(lines: readonly StoryLine[], keyOfLine: (line: StoryLine) => string) {
  const found = new Map<string, Set<string>>();
  for (const line of lines) {
    const key = keyOfLine(line);
    if (key === '' || line.service === '') continue;
    const services = found.get(key) ?? new Set();
    found.set(key, services.add(line.service));
  }
  return found;
}

const only = (services: ReadonlySet<string> | undefined): string =>
  services?.size === 1 ? [...services][0]! : '';
