/** What the details of a span, a log record and an error are made of. */
import type { ReactNode } from 'react';
import { Pairs } from '#web/ui/pairs.tsx';

export function Section({ title, note, children }: { title: string; note?: string; children: ReactNode }) {
  return (
    <section className="min-w-0">
      <h3 className="mb-1 text-xs font-semibold text-ink-soft">
        {title}
        {note && <span className="ml-2 font-normal text-ink-faint">{note}</span>}
      </h3>
      {children}
    </section>
  );
}

/** Nothing when there are none. */
export function PairsSection({ title, pairs }: { title: string; pairs: Record<string, unknown> }) {
  const entries = Object.entries(pairs);
  if (entries.length === 0) return null;
  return (
    <Section title={title}>
      <Pairs pairs={entries} />
    </Section>
  );
}

export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
      {facts
        .filter(([, value]) => value !== '' && value !== null)
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">{value}</dd>
          </div>
        ))}
    </dl>
  );
}
