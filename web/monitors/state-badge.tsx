/** How a monitor, or one environment of it, stands. */
import type { MonitorState } from '#contract/monitors.ts';
import { Badge } from '#web/ui/badge.tsx';
import { STATES } from './words.ts';

export function StateBadge({ state }: { state: MonitorState }) {
  const { word, tone, says } = STATES[state];
  return (
    <Badge tone={tone} title={says}>
      {word}
    </Badge>
  );
}
