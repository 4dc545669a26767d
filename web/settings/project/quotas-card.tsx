/** How much a project may send a day, by kind, and what of it is used. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { ProjectLimits, Quota, Quotas } from '#contract/projects.ts';
import { api } from '#web/client.ts';
import { QUOTA_CATEGORIES, QUOTA_LABELS, QuotaBars } from '#web/quota-bars.tsx';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { toast } from '#web/ui/toast.tsx';
import { BYTES_PER_MEGABYTE, numberOf } from './limit-fields.ts';

const COLUMNS = [
  { id: 'recordsPerDay', label: 'Records a day', per: 1 },
  { id: 'bytesPerDay', label: 'MB a day', per: BYTES_PER_MEGABYTE },
  { id: 'recordsPerMinute', label: 'Records a minute', per: 1 },
] as const satisfies { id: keyof Quota; label: string; per: number }[];

export function QuotasCard({ slug, limits }: { slug: string; limits: ProjectLimits }) {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const save = useMutation({
    mutationFn: (quotas: Quotas) => api.updateLimits(slug, { quotas }),
    meta: { shownInForm: true },
    onSuccess: (changed) => {
      toast({ message: 'Saved' });
      queryClient.setQueryData(['limits', slug], changed);
    },
  });
  return (
    <Card
      title="Quotas"
      note={
        <>
          the day begins anew <RelativeTime time={limits.resetsAt} />
        </>
      }
    >
      <p className="max-w-prose text-sm text-ink-soft">
        What is sent beyond a quota is refused and counted on the page Usage; senders are told when to come
        back. Errors, logs and spans have quotas of their own, so that a flood of one leaves room for the
        others.
      </p>
      {limits.used.length > 0 && (
        <div className="mt-3 flex flex-col gap-2.5">
          <QuotaBars used={limits.used} />
        </div>
      )}
      <form
        className="mt-4 flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(readQuotas(new FormData(event.currentTarget)));
        }}
      >
        {QUOTA_CATEGORIES.map((category) => (
          <fieldset key={category} className="grid gap-3 sm:grid-cols-3" disabled={!mayChange}>
            <legend className="mb-1 text-sm font-semibold">{QUOTA_LABELS[category]}</legend>
            {COLUMNS.map(({ id, label, per }) => {
              const value = limits.quotas[category][id];
              return (
                <Field
                  key={id}
                  label={label}
                  name={`${category}.${id}`}
                  type="number"
                  min={per === 1 ? 1 : 0.001}
                  step={per === 1 ? 1 : 'any'}
                  inputMode="decimal"
                  defaultValue={value === null ? '' : value / per}
                  placeholder="no limit"
                />
              );
            })}
          </fieldset>
        ))}
        {mayChange && (
          <div className="flex flex-wrap items-center justify-end gap-3">
            <FormProblem error={save.error} />
            <Button look="primary" type="submit" disabled={save.isPending}>
              {save.isPending ? 'Saving…' : 'Save quotas'}
            </Button>
          </div>
        )}
      </form>
    </Card>
  );
}

function readQuotas(form: FormData): Quotas {
  const quota = (category: string): Quota => ({
    recordsPerDay: numberOf(form, `${category}.recordsPerDay`),
    bytesPerDay: numberOf(form, `${category}.bytesPerDay`, BYTES_PER_MEGABYTE),
    recordsPerMinute: numberOf(form, `${category}.recordsPerMinute`),
  });
  return { events: quota('events'), logs: quota('logs'), spans: quota('spans') };
}
