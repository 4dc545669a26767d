/** The surroundings: device, system, runtime, and whatever the program told about itself. */
import { Card } from '#web/ui/card.tsx';
import { byteSize, fullNumber } from '#web/ui/number.ts';
import { Pairs } from '#web/ui/pairs.tsx';
import { contextName, isBytes } from './context-names.ts';
import type { EventView } from './payload.ts';

export function Contexts({
  contexts,
  extra,
}: {
  contexts: EventView['contexts'];
  extra: EventView['extra'];
}) {
  return (
    <Card id="contexts" title="Contexts">
      <div className="gap-6 lg:columns-2">
        {contexts.map((context) => (
          <Part
            key={context.name}
            title={contextName(context.name)}
            pairs={context.values.filter(([name]) => name !== 'type')}
          />
        ))}
        {extra.length > 0 && <Part title="Extra" pairs={extra} />}
      </div>
    </Card>
  );
}

function Part({ title, pairs }: { title: string; pairs: readonly (readonly [string, unknown])[] }) {
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1 text-xs font-semibold [overflow-wrap:anywhere] text-ink-soft">
        <bdi>{title}</bdi>
      </h3>
      <Pairs
        pairs={pairs}
        draw={(name, value) =>
          isBytes(name, value) ? (
            <span title={`${fullNumber(value)} bytes`}>{byteSize(value)}</span>
          ) : undefined
        }
      />
    </section>
  );
}
