/**
 * The rules by which a line continues a stack trace: for what the record is so far, each kind of line joins for
 * certain, waits for a line that proves it, or is no part of it.
 */
import type { LineKind } from './line-kind.ts';

/** What the record that is being joined is so far. */
export type Mode =
  | 'line'
  | 'heading'
  | 'error'
  | 'frames'
  | 'source-place'
  | 'source'
  | 'node-fields'
  | 'dotnet-log'
  | 'python'
  | 'python-end'
  | 'python-chain'
  | 'go-panic'
  | 'go-call'
  | 'go'
  | 'php'
  | 'ruby-error'
  | 'ruby'
  | 'rust-message'
  | 'rust'
  | 'ended';

/** Null: no part of it. */
export type Step = { verdict: 'joins' | 'waits'; mode: Mode } | null;

export interface NextLine {
  kind: LineKind;
  /** Its front, without its prefix. */
  text: string;
  isPrefixed: boolean;
  /** The line before waits for its proof. */
  isAfterWaiting: boolean;
}

type Rule = (next: NextLine) => Step;

const joins = (mode: Mode): Step => ({ verdict: 'joins', mode });
const waits = (mode: Mode): Step => ({ verdict: 'waits', mode });

/** A logger's warning or error, or a line that speaks of an exception: what may stand above a stack trace. */
const HEADING_TAKES: Partial<Record<LineKind, Step>> = {
  error: waits('error'),
  'python-start': joins('python'),
  'source-place': waits('source-place'),
  'go-panic': waits('go-panic'),
  goroutine: joins('go'),
  'go-call': waits('go-call'),
  'php-frame': waits('php'),
  'ruby-error': waits('ruby-error'),
  'ruby-frame': joins('ruby'),
  'rust-panic': waits('rust-message'),
};

const RULES: Readonly<Record<Mode, Rule>> = {
  line: ({ kind, text }) => {
    switch (kind) {
      case 'at':
        return frame(text);
      case 'cause':
        return waits('error');
      case 'php-start':
        return waits('php');
      case 'ruby-from':
        return joins('ruby');
      default:
        return null;
    }
  },
  heading: (next) => HEADING_TAKES[next.kind] ?? RULES.line(next),
  error: (next) => {
    switch (next.kind) {
      case 'rust-causes':
      case 'rust-start':
        return joins('rust');
      case 'ruby-frame':
        return joins('ruby');
      case 'node-version':
        return joins('ended');
      case 'blank':
      case 'indented':
      // A path in a message, as Prisma has it.
      case 'source-place':
        return waits('error');
      case 'other':
        // More lines of the message; another error, or a line with a time or a level, is a record of its own.
        return next.isPrefixed || OWN_RECORD.test(next.text) ? null : waits('error');
      default:
        return RULES.line(next);
    }
  },
  frames: ({ kind, text, isAfterWaiting }) => {
    switch (kind) {
      case 'at':
        return frame(text);
      case 'cause':
        return joins('error');
      case 'node-version':
        return joins('ended');
      case 'blank':
        return waits('frames');
      case 'indented':
        return isAfterWaiting ? null : waits('frames');
      default:
        return null;
    }
  },
  'source-place': ({ kind }) =>
    kind === 'caret' ? joins('source') : kind === 'blank' ? null : waits('source-place'),
  source: ({ kind, text }) => {
    switch (kind) {
      case 'blank':
        return waits('source');
      case 'error':
        return joins('error');
      case 'at':
        return frame(text);
      case 'node-version':
        return joins('ended');
      default:
        return waits('error');
    }
  },
  'node-fields': ({ kind, text }) => {
    if (kind === 'brace') return joins('frames');
    if (kind === 'blank') return waits('node-fields');
    return isIndented(text) ? joins('node-fields') : null;
  },
  'dotnet-log': ({ kind, text }) =>
    kind === 'blank' ? waits('dotnet-log') : text.startsWith('      ') ? joins('dotnet-log') : null,
  python: ({ kind, text, isAfterWaiting }) => {
    if (kind === 'blank') return waits('python');
    if (isIndented(text)) return joins('python');
    if (kind === 'python-chain') return joins('python-chain');
    return !isAfterWaiting && PYTHON_ERROR.test(text) ? joins('python-end') : null;
  },
  'python-end': ({ kind, text, isAfterWaiting }) => {
    if (kind === 'blank') return waits('python-end');
    if (kind === 'python-chain') return joins('python-chain');
    return isIndented(text) && !isAfterWaiting ? joins('python-end') : null;
  },
  'python-chain': ({ kind }) =>
    kind === 'blank' ? waits('python-chain') : kind === 'python-start' ? joins('python') : null,
  'go-panic': ({ kind, text }) => {
    if (kind === 'goroutine') return joins('go');
    return kind === 'blank' || kind === 'other' || isIndented(text) ? waits('go-panic') : null;
  },
  'go-call': ({ kind }) => (kind === 'go-file' ? joins('go') : null),
  go: ({ kind, text }) => {
    if (kind === 'goroutine' || kind === 'go-file') return joins('go');
    if (kind === 'go-exit') return joins('ended');
    if (kind === 'blank') return waits('go');
    if (GO_REGISTER.test(text)) return joins('go');
    return GO_FUNCTION.test(text) || kind === 'go-call' ? waits('go') : null;
  },
  php: ({ kind, text }) => {
    switch (kind) {
      case 'php-frame':
        return joins('php');
      case 'php-end':
      case 'brace':
        return joins('ended');
      case 'php-start':
      case 'blank':
        return waits('php');
      default:
        return NEXT_OF_PHP.test(text) ? waits('php') : null;
    }
  },
  'ruby-error': ({ kind, text }) => {
    if (kind === 'ruby-from' || kind === 'ruby-frame') return joins('ruby');
    const isExcerpt = kind === 'blank' || isIndented(text) || text.startsWith('Did you mean?');
    return isExcerpt ? waits('ruby-error') : null;
  },
  ruby: ({ kind }) => {
    if (kind === 'ruby-from' || kind === 'ruby-frame') return joins('ruby');
    // The cause stands right below what it caused.
    if (kind === 'ruby-error') return waits('ruby-error');
    return kind === 'indented' ? waits('ruby') : null;
  },
  'rust-message': ({ kind }) => (kind === 'blank' || kind === 'rust-panic' ? null : joins('rust')),
  rust: ({ kind, text, isPrefixed }) => {
    if (kind === 'rust-start') return joins('rust');
    if (kind === 'rust-note') return joins('ended');
    if (kind === 'blank') return waits('rust');
    if (isIndented(text)) return joins('rust');
    return kind === 'other' && !isPrefixed && !OWN_RECORD.test(text) ? waits('rust') : null;
  },
  ended: () => null,
};

/** Kinds that a line joins only when it is a heading. */
export function mayStandBelowHeading(kind: LineKind): boolean {
  return HEADING_TAKES[kind] !== undefined;
}

export function stepOf(mode: Mode, next: NextLine): Step {
  // To others than Go a name with dots is a text like any other.
  const isCall = next.kind !== 'go-call' || GO_MODES.has(mode);
  return RULES[mode](isCall ? next : { ...next, kind: 'other' });
}

const GO_MODES: ReadonlySet<Mode> = new Set(['line', 'heading', 'go', 'go-call']);

/** Node writes the fields of an error behind the last frame: ` {`. */
function frame(text: string): Step {
  return joins(text.trimEnd().endsWith(' {') ? 'node-fields' : 'frames');
}

/** PHP and Laravel, between the exceptions of a chain. */
const NEXT_OF_PHP = /^(?:Next |\[previous exception\] )/;

const isIndented = (text: string) => /^[ \t]/.test(text);

/** `name: text` may be another error; JSON and a level's word begin another record. */
/** PostgreSQL adds lines of its own to a message: `DETAIL: Key (id)=(7) already exists.` */
const OWN_RECORD =
  /^(?!(?:DETAIL|HINT|CONTEXT): )(?:[\w.$:-]{1,200}: |[{[<]|.{0,60}\b(?:TRACE|DEBUG|INFO|WARN(?:ING)?|ERROR|FATAL|CRITICAL)\b|(?:trace|debug|info|warn|error):)/;
/** The last line of a traceback: the type, and perhaps a message. Ruby before 3.0 ends its own in another way. */
const PYTHON_ERROR = /^(?:[A-Za-z_][\w.]*(?:: |:?\s*$)|\S+:\d+:in [`'])/;
const GO_FUNCTION = /^(?:created by \S|\.\.\.\s?additional frames elided|panic\(|(?=[^\s(]+\.)\S*\()/;
const GO_REGISTER = /^(?:r?[a-z0-9]{2,6} +0x[0-9a-f]+$|\.\.\.\d* ?(?:additional )?frames elided\.\.\.$)/;
