/**
 * `tandem pipe`: what a program prints goes to Tandem, and on to where it went before. It reads whatever happens and
 * holds a bounded amount, so the program in front of it never waits for it; loads nothing of the server. It ends when
 * its input does, or soon after a signal, always with 0: the program's own end is what counts.
 */
import { once } from 'node:events';
import { joinedRecord } from '#server/record/stack-trace/join-records.ts';
import { StackJoiner } from '#server/record/stack-trace/stack-joiner.ts';
import { createDelivery, type Delivery } from './delivery.ts';
import { encodeRecord, type PipedRecord, recordOf } from './line-record.ts';
import { LineSplitter } from './line-splitter.ts';
import { Outbox } from './outbox.ts';
import { createPassThrough, type PassThrough } from './pass-through.ts';
import { readSettings, type Settings, USAGE, WrongUsage } from './settings.ts';

/** A line is on its way within a second: so long the rest of a stack trace may take, and so long a batch gathers, ms. */
const JOIN_MS = 300;
const GATHER_MS = 500;
/** For what waits when the input has ended, ms. */
const FINISH_MS = 5_000;
/** Silence after a signal that means the program has said all, ms. */
const SILENCE_MS = 250;

const say = (sentence: string) => void process.stderr.write(`tandem pipe: ${sentence}\n`);

/** Lines on their way out, or null when there is nowhere to send them. */
function openSending({
  target,
  joins,
}: Settings): { push(chunk: Buffer): void; finish(): Promise<void> } | null {
  if (!target) return null;
  const outbox = new Outbox();
  let gathering: NodeJS.Timeout | undefined;
  let isFull = false;
  const delivery: Delivery = createDelivery({
    ...{ target, outbox, say },
    report(sentence) {
      isFull = false;
      add({ time: `${Date.now()}000000`, severityText: 'warn', body: sentence }, 1);
    },
  });

  function add(record: PipedRecord, lines: number) {
    if (!outbox.add(encodeRecord(record), lines) && !isFull) {
      isFull = true;
      say('what waits to be sent is full: new lines are dropped until the server takes some.');
    }
    if (outbox.hasFullBatch) delivery.wake();
    gathering ??= setTimeout(send, GATHER_MS);
  }

  function send() {
    gathering = undefined;
    outbox.seal();
    delivery.wake();
  }

  const joiner = new StackJoiner<PipedRecord>({
    belong: (previous, next) => previous.json === undefined && next.json === undefined,
    emit(lines) {
      if (lines.length > 1) add(joinedRecord(lines), lines.length);
      else if (lines[0]!.body.trim() !== '') add(lines[0]!, 1);
    },
  });
  let joining: NodeJS.Timeout | undefined;
  const splitter = new LineSplitter((line) => {
    const record = recordOf(line, Date.now());
    joiner.push(record, record.body);
    if (!joins) joiner.flush();
  });

  return {
    push(chunk) {
      splitter.push(chunk);
      clearTimeout(joining);
      if (joiner.heldLines > 0) joining = setTimeout(() => joiner.flush(), JOIN_MS);
    },
    async finish() {
      splitter.end();
      joiner.flush();
      clearTimeout(joining);
      await delivery.finish(FINISH_MS);
      clearTimeout(gathering);
    },
  };
}

/** Resolves when the input has ended, or a signal came and nothing more does. */
async function readInput(take: (chunk: Buffer) => void): Promise<void> {
  const { stdin } = process;
  let silence: NodeJS.Timeout | undefined;
  const stopped = new Promise<void>((resolve) => {
    const stop = () => {
      silence ??= setTimeout(resolve, SILENCE_MS);
      setTimeout(resolve, FINISH_MS);
    };
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, stop);
  });
  stdin.on('data', (chunk: Buffer) => {
    silence?.refresh();
    take(chunk);
  });
  const ended = Promise.race([once(stdin, 'end'), once(stdin, 'close')]);
  await Promise.race([ended.catch(({ message }) => say(`the input cannot be read: ${message}`)), stopped]);
  stdin.removeAllListeners('data');
}

async function main(settings: Settings): Promise<void> {
  // Where nobody reads what we say, there is nobody to tell.
  process.stderr.on('error', () => {});
  const output: PassThrough | null = settings.isQuiet ? null : createPassThrough(say);
  const sending = openSending(settings);
  if (!sending) say(`${settings.problem}. Nothing is sent; lines are passed on.`);
  await readInput((chunk) => {
    output?.push(chunk);
    sending?.push(chunk);
  });
  await Promise.all([sending?.finish(), output && Promise.race([output.end(), overdue()])]);
  process.exit(0);
}

/** A reader that stands still is not waited for. */
function overdue(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FINISH_MS).unref());
}

try {
  const args = process.argv.slice(2);
  if (args.includes('--help') || args.includes('-h')) console.log(USAGE);
  else await main(readSettings(args, process.env));
} catch (error) {
  if (!(error instanceof WrongUsage)) throw error;
  console.error([error.message, USAGE].filter(Boolean).join('\n\n'));
  process.exitCode = 2;
}
