/** How a rule stands. */
import type { AlertRule } from '#contract/alerts.ts';
import { Badge } from '#web/ui/badge.tsx';
import { absoluteTime } from '#web/ui/time.ts';
import { STATES } from './words.ts';

export function RuleState({ rule: { state, firing, silencedUntil } }: { rule: AlertRule }) {
  const { word, tone, says } = STATES[state];
  return (
    <>
      <Badge tone={tone} title={says}>
        {state === 'firing' && firing > 1 ? `${word} · ${firing}` : word}
      </Badge>
      {silencedUntil && <Badge title={`Nobody is told until ${absoluteTime(silencedUntil)}`}>Silenced</Badge>}
    </>
  );
}
