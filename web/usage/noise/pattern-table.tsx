/** The costliest patterns: what is kept of each and what that takes, and what is only counted. */
import type { NoiseReport } from '#contract/noise.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { byteSize, compactNumber, counted, fullNumber, percent } from '#web/ui/number.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import type { Wanted } from './noise-screen.tsx';
import { Template } from './template.tsx';

interface PatternTableProps {
  report: NoiseReport;
  slugOf(projectId: string): string;
  onWant(wanted: Wanted): void;
}

export function PatternTable({ report: { patterns, logs }, slugOf, onWant }: PatternTableProps) {
  const mayChange = useMay('project:admin');
  const note =
    patterns.length < logs.patterns
      ? `the ${fullNumber(patterns.length)} costliest of ${counted(logs.patterns, 'pattern')}`
      : counted(patterns.length, 'pattern');
  return (
    <Card title="By pattern" note={note} flush>
      <ScrollArea label="Cost by pattern" className="max-h-[36rem] overflow-auto">
        <table className="w-full min-w-[48rem] text-sm">
          <thead>
            <tr className="border-b border-line text-xs text-ink-faint">
              <th scope="col" className="px-4 py-2 text-left font-normal">
                Pattern
              </th>
              {['Records', 'Errors', 'Text', 'Of all', 'On disk', 'Not kept'].map((name) => (
                <th key={name} scope="col" className="px-3 py-2 text-right font-normal whitespace-nowrap">
                  {name}
                </th>
              ))}
              <td className="w-px" />
            </tr>
          </thead>
          <tbody>
            {patterns.map((pattern) => (
              <tr
                key={`${pattern.projectId} ${pattern.id}`}
                className="border-b border-line align-top last:border-0 hover:bg-hover"
              >
                <th scope="row" className="max-w-md px-4 py-2 text-left font-normal">
                  <Template {...pattern} project={slugOf(pattern.projectId)} />
                  <span className="text-xs text-ink-faint">
                    {pattern.services.filter(Boolean).join(', ') || 'no service'}
                  </span>
                </th>
                <Count value={pattern.records} />
                <Count value={pattern.errors} />
                <td className="px-3 py-2 text-right whitespace-nowrap">{byteSize(pattern.bytes)}</td>
                <td className="px-3 py-2 text-right">{percent(pattern.bytes, logs.bytes)}</td>
                <td className="px-3 py-2 text-right whitespace-nowrap">{byteSize(pattern.diskBytes)}</td>
                <Count value={pattern.notKept} />
                <td className="px-4 py-1.5 text-right whitespace-nowrap">
                  {pattern.ruleId !== null ? (
                    <Badge tone="accent">has a rule</Badge>
                  ) : (
                    mayChange && (
                      <Button
                        size="small"
                        look="ghost"
                        aria-label={`Less of it… ${pattern.template.slice(0, 60)}`}
                        onClick={() => onWant({ pattern, suggestion: null })}
                      >
                        Less of it…
                      </Button>
                    )
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollArea>
    </Card>
  );
}

function Count({ value }: { value: number }) {
  return (
    <td className={`px-3 py-2 text-right ${value === 0 ? 'text-ink-faint' : ''}`} title={fullNumber(value)}>
      {compactNumber(value)}
    </td>
  );
}
