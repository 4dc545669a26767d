/** How a project's events are grouped: rules in two texts, what is wrong with them, and what they would do before they are saved. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import type { GroupingRules, GroupingRulesRequest } from '#contract/grouping.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { useSettled } from '#web/ui/use-settled.ts';
import { GroupingPreviewView } from './grouping-preview.tsx';
import type { ProjectTabProps } from './project-screen.tsx';
import { RuleEditor } from './rule-editor.tsx';

const route = getRouteApi('/shell/settings/projects/$slug/{-$tab}');

export function GroupingTab({ project: { slug } }: ProjectTabProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['grouping', slug],
    queryFn: ({ signal }) => api.groupingRules(slug, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The grouping rules could not be loaded" />;
  if (!data) return <SkeletonLines lines={12} />;
  return <GroupingForm slug={slug} saved={data} />;
}

/** A rule that another page suggests stands below those that are there. */
const withRule = (text: string, rule: string | undefined) =>
  rule === undefined || text.includes(rule) ? text : `${text.trimEnd()}${text.trim() ? '\n' : ''}${rule}\n`;

/** How long a text stands still before it is looked at. */
const SETTLED_MS = 300;

function GroupingForm({ slug, saved }: { slug: string; saved: GroupingRules }) {
  const { rule } = route.useSearch();
  const queryClient = useQueryClient();
  const mayChange = useMay('project:write');
  const [texts, setTexts] = useState<GroupingRulesRequest>({
    fingerprint: withRule(saved.fingerprint, rule),
    stackTrace: saved.stackTrace,
  });
  const settled = useSettled(texts, SETTLED_MS);
  const check = useQuery({
    queryKey: ['grouping', slug, 'check', settled],
    queryFn: ({ signal }) => api.checkGroupingRules(slug, settled, signal),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problems = check.data?.problems ?? [];
  const isWrong = problems.some(({ isWarning }) => !isWarning);
  const isChanged = texts.fingerprint !== saved.fingerprint || texts.stackTrace !== saved.stackTrace;

  const preview = useMutation({
    mutationFn: (body: GroupingRulesRequest) => api.previewGroupingRules(slug, body),
    meta: { shownInForm: true },
  });
  const previewed = preview.variables;
  const isStale =
    previewed !== undefined &&
    (previewed.fingerprint !== texts.fingerprint || previewed.stackTrace !== texts.stackTrace);
  const save = useMutation({
    mutationFn: (body: GroupingRulesRequest) => api.saveGroupingRules(slug, body),
    meta: { shownInForm: true },
    onSuccess: (rules) => {
      toast({ message: 'Saved: true for what is processed from now on' });
      queryClient.setQueryData(['grouping', slug], rules);
    },
  });
  const look = () => preview.mutate(texts);
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(texts);
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
        event.preventDefault();
        look();
      }}
    >
      <p className="max-w-prose text-sm text-ink-soft">
        Rules in Sentry’s syntax. They decide about events that come after they are saved; what is stored
        stays where it is, and can be merged or split on the page of its issue.
      </p>
      <Card title="Fingerprint rules">
        <p className="mb-2 max-w-prose text-sm text-ink-soft">
          The first rule that matches says what is one issue, whatever the program says.{' '}
          <code className="font-mono text-xs whitespace-nowrap">{'{{ default }}'}</code> stands for what is
          found without it.
        </p>
        <RuleEditor
          label="Fingerprint rules"
          value={texts.fingerprint}
          readOnly={!mayChange}
          problems={problems.filter((problem) => problem.in === 'fingerprint')}
          placeholder={
            'error.type:TimeoutError message:"*pool*" -> pool-timeout, {{ transaction }} title="The pool is empty"\nlogger:com.acme.audit.* -> {{ default }}, {{ level }}'
          }
          onChange={(fingerprint) => setTexts({ ...texts, fingerprint })}
        />
      </Card>
      <Card title="Stack trace rules">
        <p className="mb-2 max-w-prose text-sm text-ink-soft">
          After the built-in ones, from top to bottom: which frames are your code, and which count.
        </p>
        <RuleEditor
          label="Stack trace rules"
          value={texts.stackTrace}
          readOnly={!mayChange}
          problems={problems.filter((problem) => problem.in === 'stackTrace')}
          placeholder={
            'stack.abs_path:**/vendor/** -app\nfamily:javascript stack.function:log* -group\nstack.function:raise_error ^-group -group'
          }
          onChange={(stackTrace) => setTexts({ ...texts, stackTrace })}
        />
      </Card>
      <div className="flex flex-wrap items-center gap-3">
        <p className="mr-auto text-xs text-ink-faint">
          {saved.updatedAt && (
            <>
              Saved <RelativeTime time={saved.updatedAt} />
              {saved.updatedBy && ` by ${saved.updatedBy}`}
            </>
          )}
        </p>
        <FormProblem error={save.error ?? preview.error} />
        <Button onClick={look} disabled={preview.isPending} title="Preview (Ctrl Enter)">
          {preview.isPending ? 'Looking…' : 'Preview'}
        </Button>
        {mayChange && (
          <Button
            look="primary"
            type="submit"
            disabled={save.isPending || isWrong || !isChanged}
            title={isWrong ? 'Some lines cannot be read' : undefined}
          >
            {save.isPending ? 'Saving…' : 'Save rules'}
          </Button>
        )}
      </div>
      {preview.data && <GroupingPreviewView preview={preview.data} isStale={isStale} />}
    </form>
  );
}
