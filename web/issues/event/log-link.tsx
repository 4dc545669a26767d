/** An event that a log record told of leads to that record. */
import { Link } from '@tanstack/react-router';
import { ScrollText } from 'lucide-react';
import type { EventLog } from '#contract/log-errors.ts';

const SENTENCES: Readonly<Record<EventLog['from'], string>> = {
  log: 'This error was found in a log record.',
  sdk: 'A log record tells of the same error; it is counted once.',
  both: 'This error was found in a log record; the SDK sent it too, and what the SDK knows is shown. It is counted once.',
};

export function LogLink({ log }: { log: EventLog | null }) {
  if (!log) return null;
  return (
    <p className="flex flex-wrap items-center gap-x-2 gap-y-1 rounded-lg border border-line bg-surface px-4 py-2.5 text-sm">
      <ScrollText aria-hidden className="size-4 shrink-0 text-ink-faint" />
      {log.from !== 'sdk' && (
        <span className="rounded-sm bg-sunken px-1.5 py-0.5 text-xs font-medium text-ink-soft">
          From logs
        </span>
      )}
      <span className="min-w-0">{SENTENCES[log.from]}</span>
      <Link
        to="/logs"
        search={{ ...around(log.recordId), record: log.recordId }}
        className="font-medium text-accent hover:underline"
      >
        Open the log record
      </Link>
    </p>
  );
}

const AROUND_MS = 300_000;

/** The minutes around a record: what stands in its id is when it was logged, in nanoseconds. */
function around(recordId: string): { from?: string; to?: string } {
  const at = Number(recordId.split('-')[1]?.slice(0, -6));
  if (!Number.isFinite(at)) return {};
  return { from: new Date(at - AROUND_MS).toISOString(), to: new Date(at + AROUND_MS).toISOString() };
}
