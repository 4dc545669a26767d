/**
 * Sentry's SDKs mostly name no service. What they send is given the one that others know it by: the log line of the same
 * span, what else the process said in this trace, or the only service of its host. What was sent stays beside it, since
 * the engine counts by that.
 */
import type { StoryLine } from './story-line.ts';

/** Spans within spans: deeper ones keep what their host says. */
const CLIMB_MAX = 30;

const keyOf = (traceId: string, spanId: string) => `${traceId} ${spanId}`;

export function withKnownServices(lines: readonly StoryLine[]): StoryLine[] {
  const processOf = processes(lines);
  const ofProcess = servicesBy(lines, processOf);
  const ofHost = servicesBy(lines, ({ host }) => host);
  const error = lines.find(({ kind, why }) => kind === 'error' && why === 'event');
  return lines.map((line) => {
    if (line.service !== '') return line;
    // A breadcrumb was recorded where its error was.
    const { spanId, host } = line.kind === 'breadcrumb' && error ? error : line;
    const service = only(ofProcess.get(processOf({ ...line, spanId }))) || only(ofHost.get(host));
    return service === '' ? line : { ...line, knownService: service };
  });
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
