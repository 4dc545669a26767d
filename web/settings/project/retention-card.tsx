/** How long a project keeps what, what that takes on the disk, and what was removed when. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { ProjectLimits, ProjectStored, Retention } from '#contract/projects.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { byteSize, compactNumber, counted, fullNumber } from '#web/ui/number.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { numberOf } from './limit-fields.ts';

const FIELDS = [
  { id: 'eventDays', label: 'Errors', hint: 'With their attachments. Issues and their totals stay.' },
  { id: 'spanDays', label: 'Spans' },
  { id: 'logDays', label: 'Logs', hint: 'Info and warnings, and levels without a number here.' },
  { id: 'debugLogDays', label: 'Logs: trace and debug' },
  { id: 'errorLogDays', label: 'Logs: error and fatal' },
  {
    id: 'issueLogDays',
    label: 'Logs around errors',
    hint: 'Where that is longer. As long as the errors are kept.',
  },
  {
    id: 'issueLogMinutes',
    label: 'Around: minutes',
    hint: 'Before and after, of the same user or session. Of the same trace or request: all.',
    min: 0,
    max: 60,
    otherwise: '5',
  },
  {
    id: 'issueLogSeconds',
    label: 'Around: seconds',
    hint: 'Before and after, of the same service.',
    min: 0,
    max: 600,
    otherwise: '30',
  },
] as const satisfies {
  id: keyof Retention;
  label: string;
  hint?: string;
  min?: number;
  max?: number;
  /** What holds while it is empty. */
  otherwise?: string;
}[];

export function RetentionCard({ slug, limits }: { slug: string; limits: ProjectLimits }) {
  const { retentionDays, retention } = limits;
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const save = useMutation({
    mutationFn: (changed: Retention) => api.updateLimits(slug, { retention: changed }),
    meta: { shownInForm: true },
    onSuccess: (changed) => {
      toast({ message: 'Saved' });
      queryClient.setQueryData(['limits', slug], changed);
    },
  });
  return (
    <Card title="Kept for">
      <p className="max-w-prose text-sm text-ink-soft">
        Days, counted in UTC. At most {counted(retentionDays, 'day')}, as this program is set. What is older
        is removed within a day, or within an hour of a change here, and cannot be brought back.
      </p>
      <form
        className="mt-4 grid gap-4 sm:grid-cols-2 lg:grid-cols-3"
        onSubmit={(event) => {
          event.preventDefault();
          const form = new FormData(event.currentTarget);
          save.mutate({
            eventDays: numberOf(form, 'eventDays'),
            spanDays: numberOf(form, 'spanDays'),
            logDays: numberOf(form, 'logDays'),
            debugLogDays: numberOf(form, 'debugLogDays'),
            errorLogDays: numberOf(form, 'errorLogDays'),
            issueLogDays: numberOf(form, 'issueLogDays'),
            issueLogMinutes: numberOf(form, 'issueLogMinutes'),
            issueLogSeconds: numberOf(form, 'issueLogSeconds'),
          });
        }}
      >
        {FIELDS.map((field) => (
          <Field
            key={field.id}
            label={field.label}
            name={field.id}
            type="number"
            min={'min' in field ? field.min : 1}
            max={'max' in field ? field.max : retentionDays}
            step={1}
            inputMode="numeric"
            disabled={!mayChange}
            defaultValue={retention[field.id] ?? ''}
            placeholder={'otherwise' in field ? field.otherwise : placeholder(field.id, limits)}
            hint={'hint' in field ? field.hint : undefined}
          />
        ))}
        {mayChange && (
          <div className="flex flex-wrap items-center justify-end gap-3 sm:col-span-2 lg:col-span-3">
            <FormProblem error={save.error} />
            <Button look="primary" type="submit" disabled={save.isPending}>
              {save.isPending ? 'Saving…' : 'Save days'}
            </Button>
          </div>
        )}
      </form>
      <Stored slug={slug} />
    </Card>
  );
}

/** What holds while the field is empty. */
function placeholder(id: keyof Retention, { retentionDays, retention }: ProjectLimits): string {
  if (id === 'issueLogDays') return 'as other logs';
  const isOfLogs = id === 'debugLogDays' || id === 'errorLogDays';
  return String((isOfLogs ? retention.logDays : null) ?? retentionDays);
}

function Stored({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['stored', slug],
    queryFn: ({ signal }) => api.stored(slug, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="What lies on the disk could not be counted" />;
  if (!data) return <SkeletonLines lines={3} className="mt-4" />;
  return (
    <div className="mt-4 grid gap-6 border-t border-line pt-3 lg:grid-cols-2">
      <section>
        <h3 className="text-sm font-semibold">On disk, about</h3>
        {data.kinds.length === 0 ? (
          <p className="mt-1 text-sm text-ink-faint">Nothing of this project is stored.</p>
        ) : (
          <ul className="mt-2 flex flex-col gap-1 text-sm">
            {data.kinds.map((each) => (
              <li key={`${each.kind} ${each.levels}`} className="flex justify-between gap-3">
                <span>{nameOf(each)}</span>
                <span>
                  <span className="mr-2 text-xs text-ink-faint" title={fullNumber(each.rows)}>
                    {compactNumber(each.rows)} {each.rows === 1 ? 'row' : 'rows'}
                  </span>
                  {byteSize(each.bytes)}
                </span>
              </li>
            ))}
          </ul>
        )}
        {data.issueLogs !== null && (
          <p className="mt-2 text-sm text-ink-soft">
            {counted(data.issueLogs.rows, 'log record')} of these, {byteSize(data.issueLogs.bytes)}, only
            because of errors near them.
          </p>
        )}
        <p className="mt-2 text-xs text-ink-faint">
          The project’s share of the rows, taken as its share of the bytes.
        </p>
      </section>
      <section>
        <h3 className="text-sm font-semibold">Removed in the last 30 days</h3>
        {data.removals.length === 0 ? (
          <p className="mt-1 text-sm text-ink-faint">Nothing: all of it is younger than it may become.</p>
        ) : (
          <ScrollArea label="What was removed" className="mt-2 max-h-56 overflow-y-auto">
            <ul className="flex flex-col gap-1 text-sm">
              {data.removals.map((each) => (
                <li
                  key={`${each.removedOn} ${each.kind} ${each.levels}`}
                  className="flex flex-wrap justify-between gap-x-3"
                >
                  <span>
                    {each.removedOn} · {nameOf(each)}
                  </span>
                  <span className="text-ink-soft" title={fullNumber(each.rows)}>
                    {compactNumber(each.rows)} of{' '}
                    {each.from === each.to ? each.to : `${each.from} to ${each.to}`}
                  </span>
                </li>
              ))}
            </ul>
          </ScrollArea>
        )}
      </section>
    </div>
  );
}

const LEVELS: Readonly<Record<string, string>> = {
  debug: 'Logs: trace and debug',
  info: 'Logs: info and warnings',
  error: 'Logs: error and fatal',
};

function nameOf({ kind, levels }: Pick<ProjectStored['kinds'][number], 'kind' | 'levels'>): string {
  return kind === 'event' ? 'Errors' : kind === 'span' ? 'Spans' : (LEVELS[levels] ?? 'Logs');
}
