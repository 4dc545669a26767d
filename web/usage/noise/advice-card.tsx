/** What could be less, the costliest first, each with the click that does it. */
import { Lightbulb } from 'lucide-react';
import type { NoiseReport } from '#contract/noise.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { byteSize, fullNumber } from '#web/ui/number.ts';
import type { Wanted } from './noise-screen.tsx';
import { Template } from './template.tsx';
import { ACTION_VERBS, adviceWords } from './words.ts';

interface AdviceCardProps {
  report: NoiseReport;
  slugOf(projectId: string): string;
  onWant(wanted: Wanted): void;
}

export function AdviceCard({ report, slugOf, onWant }: AdviceCardProps) {
  const mayChange = useMay('project:admin');
  const { advice, logs } = report;
  return (
    <Card title="Advice" note={advice.length > 0 && fullNumber(advice.length)} flush>
      {advice.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">Nothing stands out: no pattern is worth a rule.</p>
      ) : (
        <ul>
          {advice.map((each) => {
            const { kind, pattern, suggestion } = each;
            const { title, why } = adviceWords(each, logs.bytes);
            return (
              <li
                key={`${kind} ${pattern.projectId} ${pattern.id}`}
                className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-0"
              >
                <Lightbulb aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
                <div className="min-w-0 flex-1 basis-64">
                  <h3 className="text-sm font-medium">{title}</h3>
                  <p className="text-sm text-ink-soft">{why}</p>
                  <Template {...pattern} project={slugOf(pattern.projectId)} className="mt-1" />
                  <p className="mt-0.5 text-xs text-ink-faint">
                    {pattern.services.filter(Boolean).join(', ') || 'no service'} · about{' '}
                    {byteSize(pattern.diskBytes)} on disk
                  </p>
                </div>
                {mayChange && suggestion && (
                  <Button size="small" onClick={() => onWant({ pattern, suggestion })}>
                    {ACTION_VERBS[suggestion.action]}…
                  </Button>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Card>
  );
}
