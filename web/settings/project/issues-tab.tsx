/** What happens to the issues of a project by itself. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { numberOf } from './limit-fields.ts';
import { LogErrorsCard } from './log-errors-card.tsx';
import type { ProjectTabProps } from './project-screen.tsx';

export function IssuesTab({ project: { slug } }: ProjectTabProps) {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:write');
  const queryKey = ['workflow', slug];
  const { data, error, refetch } = useQuery({
    queryKey,
    queryFn: ({ signal }) => api.workflow(slug, signal),
  });
  const save = useMutation({
    mutationFn: (autoResolveDays: number | null) => api.updateWorkflow(slug, { autoResolveDays }),
    meta: { shownInForm: true },
    onSuccess: (changed) => {
      toast({ message: 'Saved' });
      queryClient.setQueryData(queryKey, changed);
    },
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The settings could not be loaded" />;
  if (!data) return <SkeletonLines lines={6} />;
  return (
    <>
      <Card title="Resolved by itself">
        <p className="max-w-prose text-sm text-ink-soft">
          Issues that did not happen for so long are resolved, and come back when they happen again. Archived
          ones stay as they are.
        </p>
        <form
          className="mt-4 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            save.mutate(numberOf(new FormData(event.currentTarget), 'days'));
          }}
        >
          <Field
            label="Days without an event"
            name="days"
            type="number"
            min={1}
            max={3650}
            step={1}
            inputMode="numeric"
            disabled={!mayChange}
            defaultValue={data.autoResolveDays ?? ''}
            placeholder="Never"
            hint="Empty: never."
            className="max-w-64"
          />
          {mayChange && (
            <div className="flex flex-wrap items-center justify-end gap-3">
              <FormProblem error={save.error} />
              <Button look="primary" type="submit" disabled={save.isPending}>
                {save.isPending ? 'Saving…' : 'Save'}
              </Button>
            </div>
          )}
        </form>
      </Card>
      <LogErrorsCard slug={slug} />
    </>
  );
}
