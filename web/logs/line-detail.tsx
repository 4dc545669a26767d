/** Everything about one line: the whole body, every field with what one may do with it, what leads on from it. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Columns3, Copy, EllipsisVertical, Filter, FilterX } from 'lucide-react';
import { useState } from 'react';
import type { LogRecord } from '#contract/logs.ts';
import { LineErrors } from '#web/line-errors.tsx';
import { prettyJson } from '#web/log-body.ts';
import { filterText } from '#web/log-filters.ts';
import { LEVEL_LOOKS } from '#web/log-levels.ts';
import { exactTime, millisecondsOf } from '#web/log-time.ts';
import { Button, buttonClass, IconButton } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { copyText } from '#web/ui/copy-text.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Menu, MenuItem } from '#web/ui/menu.tsx';
import { byteSize } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { useMedia } from '#web/ui/use-media.ts';
import { ValueView } from '#web/ui/value-view.tsx';
import { type Field, fieldGroups, textOf } from './fields.ts';
import { surroundingsQuery } from './logs-queries.ts';
import { tidyLogsSearch } from './logs-search.ts';
import { Surroundings } from './surroundings.tsx';

/** Characters of a body drawn at first. */
const BODY_SHOWN = 20_000;

export interface DetailActions {
  onFilter: (filter: string) => void;
  onColumn: (key: string) => void;
}

interface LineDetailProps extends DetailActions {
  id: string;
  /** When it is among the loaded lines. */
  known: LogRecord | undefined;
}

export function LineDetail({ id, known, ...actions }: LineDetailProps) {
  const { data, error, refetch } = useQuery({ ...surroundingsQuery(id, 0), enabled: known === undefined });
  const record = known ?? data?.record;
  if (record) return <Detail key={id} record={record} {...actions} />;
  if (error) return <ErrorState error={error} retry={refetch} what="The line could not be loaded" />;
  return <SkeletonLines lines={8} className="p-4" />;
}

function Detail({ record, onFilter, onColumn }: DetailActions & { record: LogRecord }) {
  const time = new Date(millisecondsOf(record.timestamp)).toISOString();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm">
        <span className={LEVEL_LOOKS[record.level].ink}>{record.level}</span>
        <time dateTime={time} className="font-mono text-xs">
          {exactTime(record.timestamp)}
        </time>
        <RelativeTime time={time} className="text-xs text-ink-faint" />
      </div>
      <Body body={record.body} />
      <LeadsOn record={record} />
      {fieldGroups(record).map(({ title, fields }) => (
        <section key={title} className="min-w-0">
          <h3 className="mb-1 text-xs font-semibold text-ink-soft">{title}</h3>
          <dl className="font-mono text-xs">
            {fields.map((field) => (
              <FieldRow key={field.key} field={field} onFilter={onFilter} onColumn={onColumn} />
            ))}
          </dl>
        </section>
      ))}
      <Surroundings record={record} />
    </div>
  );
}

function Body({ body }: { body: string }) {
  const pretty = prettyJson(body);
  const [asSent, setAsSent] = useState(false);
  const [all, setAll] = useState(false);
  const text = pretty !== null && !asSent ? pretty : body;
  const shown = all ? text : text.slice(0, BODY_SHOWN);
  return (
    <section aria-label="Body" className="rounded-md border border-line bg-sunken">
      <div className="flex min-h-8 items-center gap-1 pr-0.5 pl-3 text-2xs text-ink-faint">
        {byteSize(new TextEncoder().encode(body).length)}
        <span className="ml-auto" />
        {pretty !== null && (
          <Button look="ghost" size="small" aria-pressed={asSent} onClick={() => setAsSent(!asSent)}>
            As sent
          </Button>
        )}
        <CopyButton text={body} what="body" words="Copy" />
      </div>
      <ScrollArea label="Text of the body" className="max-h-[24rem] overflow-auto rounded-b-md px-3 pb-3">
        <pre className="font-mono text-xs leading-5 [overflow-wrap:anywhere] whitespace-pre-wrap">
          {body === '' ? <span className="text-ink-faint italic">no text</span> : revealBidi(shown)}
        </pre>
        {shown.length < text.length && (
          <Button look="quiet-accent" size="small" onClick={() => setAll(true)}>
            Show all {byteSize(text.length)}
          </Button>
        )}
      </ScrollArea>
    </section>
  );
}

/** Other lines, and errors, that have something in common with this one. */
function LeadsOn({ record }: { record: LogRecord }) {
  const same = [
    ['trace', record.traceId],
    ['request', record.requestId],
    ['session', record.sessionId],
    ['user', record.userId],
  ] as const;
  const link = buttonClass('secondary', 'small');
  const address = new URL(window.location.href);
  address.searchParams.set('record', record.id);
  return (
    <div className="flex flex-wrap gap-1.5">
      <LineErrors recordId={record.id} />
      {same.map(([key, value]) => {
        const filter = value === '' ? null : filterText(key, value);
        return (
          filter !== null && (
            <Link
              key={key}
              from="/logs"
              to="/logs"
              search={(old) => tidyLogsSearch({ ...old, query: filter, live: undefined })}
              className={link}
            >
              Same {key}
            </Link>
          )
        );
      })}
      {record.patternId !== '0' && (
        <Link
          from="/logs"
          to="/logs"
          search={(old) =>
            tidyLogsSearch({ ...old, query: `pattern:${record.patternId}`, live: undefined, view: undefined })
          }
          className={link}
        >
          Same pattern
        </Link>
      )}
      {record.traceId !== '' && (
        <Link
          to="/traces/$traceId"
          params={{ traceId: record.traceId }}
          search={{ record: record.id }}
          className={link}
        >
          Open trace
        </Link>
      )}
      {record.traceId !== '' && (
        <Link
          from="/logs"
          to="/issues"
          search={(old) => ({
            project: old.project,
            query: `trace:${record.traceId}`,
            period: '90d' as const,
          })}
          className={link}
        >
          Issues of the trace
        </Link>
      )}
      <CopyButton text={address.href} what="link to this line" words="Copy link" />
      <CopyButton text={() => JSON.stringify(record, null, 2)} what="JSON of this line" words="Copy JSON" />
    </div>
  );
}

function FieldRow({ field, onFilter, onColumn }: DetailActions & { field: Field }) {
  const { key, value } = field;
  const coarse = useMedia('(pointer: coarse)');
  return (
    <div className="group relative grid min-h-8 grid-cols-[minmax(0,9rem)_minmax(0,1fr)_auto] items-start gap-x-3 border-b border-line py-1 last:border-0">
      <dt className="pt-0.5 text-ink-faint [overflow-wrap:anywhere]">
        <bdi>{revealBidi(key)}</bdi>
      </dt>
      <dd className="max-h-64 min-w-0 overflow-y-auto pt-0.5">
        <ValueView value={typeof value === 'string' ? revealBidi(value) : value} />
      </dd>
      {coarse ? (
        <dd>
          <FieldMenu field={field} onFilter={onFilter} onColumn={onColumn} />
        </dd>
      ) : (
        <dd className="absolute top-0.5 right-0 flex rounded-md bg-surface opacity-0 group-focus-within:opacity-100 group-hover:opacity-100">
          <FieldButtons field={field} onFilter={onFilter} onColumn={onColumn} />
        </dd>
      )}
    </div>
  );
}

function FieldButtons({ field, onFilter, onColumn }: DetailActions & { field: Field }) {
  const { key, value, filter } = field;
  return (
    <>
      {filter !== null && (
        <>
          <IconButton label={`Filter for ${key}`} onClick={() => onFilter(filter)}>
            <Filter aria-hidden />
          </IconButton>
          <IconButton label={`Filter out ${key}`} onClick={() => onFilter(`!${filter}`)}>
            <FilterX aria-hidden />
          </IconButton>
        </>
      )}
      <IconButton label={`Show ${key} as a column`} onClick={() => onColumn(key)}>
        <Columns3 aria-hidden />
      </IconButton>
      <CopyButton text={textOf(value)} what={key} />
    </>
  );
}

/** For fingers, which cannot point at a row to see its buttons. */
function FieldMenu({ field, onFilter, onColumn }: DetailActions & { field: Field }) {
  const { key, value, filter } = field;
  return (
    <Menu
      align="end"
      trigger={
        <IconButton label={`What to do with ${key}`} className="-my-1">
          <EllipsisVertical aria-hidden />
        </IconButton>
      }
    >
      {filter !== null && (
        <>
          <MenuItem onSelect={() => onFilter(filter)}>
            <Filter aria-hidden />
            Filter for it
          </MenuItem>
          <MenuItem onSelect={() => onFilter(`!${filter}`)}>
            <FilterX aria-hidden />
            Filter it out
          </MenuItem>
        </>
      )}
      <MenuItem onSelect={() => onColumn(key)}>
        <Columns3 aria-hidden />
        Show as a column
      </MenuItem>
      <MenuItem onSelect={() => copyText(textOf(value))}>
        <Copy aria-hidden />
        Copy
      </MenuItem>
    </Menu>
  );
}
