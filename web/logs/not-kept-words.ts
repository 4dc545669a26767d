/** That lines are missing which noise rules counted and did not keep: no more than is known of them. */
import type { LogsNotKept } from '#contract/logs.ts';
import { counted } from '#web/ui/number.ts';

export function notKeptWords({ records, patterns, of }: LogsNotKept): string {
  const all = counted(patterns, 'pattern');
  switch (of) {
    case 'period':
      return `${counted(records, 'record')} of ${all} ${was(records)} not kept by rules in this time`;
    case 'search':
      return `${counted(records, 'more record that matches', 'more records that match')}, of ${all}, ${was(records)} not kept by rules in this time`;
    case 'at-most':
      return `Up to ${counted(records, 'more record')} of ${all} may match: not kept by rules in this time, and known by pattern, service and level only`;
  }
}

const was = (records: number) => (records === 1 ? 'was' : 'were');
