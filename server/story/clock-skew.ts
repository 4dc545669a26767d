/**
 * Where clocks evidently differ: the span of a call that lies outside the call which caused it. What such a service says
 * is put where it belongs in the order; its times stay as they are, and the story says so.
 */
import type { StorySkew } from '#contract/story.ts';
import type { StoryLine } from './story-line.ts';

/** Clocks kept by NTP differ by less; so does when a call is begun and when it is taken. */
const EVIDENT_NS = 5_000_000n;

const clockOf = ({ service, host }: Pick<StoryLine, 'service' | 'host'>) => `${service}\u0000${host}`;

export interface Skews {
  list: StorySkew[];
  /** The moment by the clock that most agree with. */
  settled(line: StoryLine, moment: bigint): bigint;
}

export function findSkews(lines: readonly StoryLine[]): Skews {
  const spans = new Map(
    lines.filter(({ kind }) => kind === 'span').map((line) => [`${line.traceId} ${line.spanId}`, line]),
  );
  const found = new Map<string, { line: StoryLine; shifts: bigint[] }>();
  for (const child of spans.values()) {
    const parent = spans.get(`${child.traceId} ${child.parentSpanId}`);
    if (!parent || clockOf(parent) === clockOf(child) || child.spanKind === 'consumer') continue;
    const shift = shiftInto(parent, child);
    const entry = found.get(clockOf(child)) ?? { line: child, shifts: [] };
    entry.shifts.push(shift);
    found.set(clockOf(child), entry);
  }
  const shifts = new Map<string, bigint>();
  const list: StorySkew[] = [];
  for (const [clock, { line, shifts: seen }] of found) {
    const shift = seen.sort((a, b) => Number(a - b))[Math.floor(seen.length / 2)]!;
    if (shift > -EVIDENT_NS && shift < EVIDENT_NS) continue;
    shifts.set(clock, shift);
    list.push(skewOf(line, -Number(shift) / 1e6));
  }
  // One clock per machine; Sentry's events name a host and mostly no service.
  const byHost = new Map([...shifts].map(([clock, shift]) => [clock.split('\u0000')[1]!, shift]));
  const shiftOf = (line: StoryLine) =>
    shifts.get(clockOf(line)) ??
    (line.service === '' && line.host !== '' ? byHost.get(line.host) : undefined);
  return { list, settled: (line, moment) => moment + (shiftOf(line) ?? 0n) };
}

/** What moves a call into the middle of the one that caused it; nothing where it lies in it already, or is longer. */
function shiftInto(parent: StoryLine, child: StoryLine): bigint {
  const lead = parent.at - child.at;
  const tail = child.known - parent.known;
  if (child.known - child.at > parent.known - parent.at) return 0n;
  if (lead <= 0n && tail <= 0n) return 0n;
  return parent.at + (parent.known - parent.at - (child.known - child.at)) / 2n - child.at;
}

function skewOf({ service, host }: StoryLine, ms: number): StorySkew {
  const rounded = Math.round(ms * 10) / 10;
  const name = [service || 'a service', host && `on ${host}`].filter(Boolean).join(' ');
  const way = rounded < 0 ? 'behind' : 'ahead';
  return {
    service,
    host,
    ms: rounded,
    text: `The clock of ${name} is about ${Math.abs(rounded)} ms ${way}: its spans lie outside the calls that caused them. Its lines stand where they belong; their times are as sent.`,
  };
}
