/** Between the overview and the rows: find, failures, lines or not, the services with their colours, how to get back out. */
import { ChevronsDownUp, ChevronsUpDown, CircleX, ScrollText, Search, ZoomOut } from 'lucide-react';
import { type RefObject, useEffect, useState } from 'react';
import { type LookOf, serviceName } from '#web/service-looks.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { CONTROL } from '#web/ui/field.tsx';
import type { TraceModel } from './trace-model.ts';
import type { TraceSearch } from './trace-search.ts';

/** Services told by name; more are found by typing. */
const SERVICES_SHOWN = 24;
/** After the last letter, so that the address does not change with each. */
const TYPED_MS = 200;

interface TraceToolbarProps {
  model: TraceModel;
  search: TraceSearch;
  lookOf: LookOf;
  isZoomed: boolean;
  findBox: RefObject<HTMLInputElement | null>;
  change: (next: Partial<TraceSearch>) => void;
  onShutAll: () => void;
  onOpenAll: () => void;
}

export function TraceToolbar(props: TraceToolbarProps) {
  const { model, search, lookOf, isZoomed, findBox, change } = props;
  const hasSpans = model.nodes.length > 0;
  return (
    <div className="flex flex-col gap-2">
      <div className="flex flex-wrap items-center gap-2">
        <FindBox key={model.traceId} search={search} box={findBox} change={change} />
        <Toggle on={search.only === 'errors'} onChange={(on) => change({ only: on ? 'errors' : undefined })}>
          <CircleX aria-hidden />
          Errors
        </Toggle>
        {hasSpans && model.records.length > 0 && (
          <Toggle on={search.rows !== 'spans'} onChange={(on) => change({ rows: on ? undefined : 'spans' })}>
            <ScrollText aria-hidden />
            Lines
          </Toggle>
        )}
        {hasSpans && (
          <>
            <IconButton label="Shut all" look="secondary" onClick={props.onShutAll} className="size-8!">
              <ChevronsDownUp aria-hidden />
            </IconButton>
            <IconButton label="Open all" look="secondary" onClick={props.onOpenAll} className="size-8!">
              <ChevronsUpDown aria-hidden />
            </IconButton>
          </>
        )}
        <IconButton
          label="Zoom out to all (Z)"
          look="secondary"
          disabled={!isZoomed}
          onClick={() => change({ zoom: undefined })}
          className="size-8!"
        >
          <ZoomOut aria-hidden />
        </IconButton>
      </div>
      {model.services.length > 1 && (
        <fieldset className="flex flex-wrap gap-1.5">
          <legend className="sr-only">Services</legend>
          {model.services.slice(0, SERVICES_SHOWN).map((service) => (
            <button
              key={service}
              type="button"
              aria-pressed={search.service === service}
              onClick={() => change({ service: search.service === service ? undefined : service })}
              className={cx(
                'flex h-6 max-w-56 items-center gap-1.5 rounded-full border px-2 text-xs hover:bg-hover pointer-coarse:h-9',
                search.service === service ? 'border-accent bg-accent-soft' : 'border-line bg-surface',
              )}
            >
              <span aria-hidden className={cx('size-2 shrink-0 rounded-sm', lookOf(service).solid)} />
              <bdi className="truncate">{serviceName(service)}</bdi>
            </button>
          ))}
          {model.services.length > SERVICES_SHOWN && (
            <span className="self-center text-xs text-ink-faint">
              and {model.services.length - SERVICES_SHOWN} more
            </span>
          )}
        </fieldset>
      )}
    </div>
  );
}

function Toggle({
  on,
  onChange,
  children,
}: {
  on: boolean;
  onChange: (on: boolean) => void;
  children: React.ReactNode;
}) {
  return (
    <Button
      aria-pressed={on}
      onClick={() => onChange(!on)}
      className={cx(on && 'border-accent! bg-accent-soft! text-accent-strong!')}
    >
      {children}
    </Button>
  );
}

interface FindBoxProps {
  search: TraceSearch;
  box: RefObject<HTMLInputElement | null>;
  change: (next: Partial<TraceSearch>) => void;
}

function FindBox({ search, box, change }: FindBoxProps) {
  /** While one types; else the address has it. */
  const [typed, setTyped] = useState<string | null>(null);
  useEffect(() => {
    if (typed === null) return;
    const timer = setTimeout(() => change({ find: typed }), TYPED_MS);
    return () => clearTimeout(timer);
  }, [typed, change]);
  return (
    <div className="relative min-w-0 flex-1 basis-48">
      <Search aria-hidden className="absolute top-1/2 left-2.5 size-4 -translate-y-1/2 text-ink-faint" />
      <input
        ref={box}
        type="search"
        aria-label="Find in the trace"
        placeholder="Find: name, service, words, key:value"
        value={typed ?? search.find ?? ''}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => {
          if (typed !== null) change({ find: typed });
          setTyped(null);
        }}
        onKeyDown={(event) => event.key === 'Escape' && event.currentTarget.blur()}
        className={cx(CONTROL, 'pl-8!')}
      />
    </div>
  );
}
