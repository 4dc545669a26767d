/** A rule that is written, new or anew, with what it would have said beside it. What is written stands in the address. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import type { AlertRuleInput } from '#contract/alerts.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { DetailHead } from '#web/ui/detail-head.tsx';
import { ErrorState, sentenceOf } from '#web/ui/error-state.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { Skeleton, SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { previewQuery, ruleQuery } from './alerts-queries.ts';
import { PREVIEW_PERIODS, type PreviewPeriod, USUAL_PREVIEW } from './alerts-search.ts';
import { readDraft, usualName, writeDraft } from './draft.ts';
import { PreviewView } from './preview-view.tsx';
import { RuleFields } from './rule-fields.tsx';
import { inputOf } from './words.ts';

/** After the last key: the address and the preview follow then, ms. */
const FOLLOWS_MS = 500;

const newRoute = getRouteApi('/shell/alerts/new');
const editRoute = getRouteApi('/shell/alerts/$id/edit');

export function NewRuleScreen() {
  const search = newRoute.useSearch();
  const navigate = useNavigate();
  usePageTitle('New alert');
  return (
    <RuleForm
      title="New alert"
      initial={readDraft(search.draft, search.project)}
      verb="Save the alert"
      save={(rule) => api.createAlertRule(rule)}
      onWritten={(rule) =>
        navigate({
          to: '/alerts/new',
          search: { project: search.project, draft: writeDraft(rule) },
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

export function EditRuleScreen() {
  const { id } = editRoute.useParams();
  const { draft } = editRoute.useSearch();
  const navigate = useNavigate();
  const { data, error, refetch } = useQuery({ ...ruleQuery(id), refetchInterval: false });
  usePageTitle(data ? `Edit ${data.name}` : 'Edit an alert');
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The alert could not be loaded" wholePage />;
  if (!data) return <SkeletonLines lines={14} className="p-6" />;
  return (
    <RuleForm
      title={`Edit ${data.name}`}
      initial={draft ? readDraft(draft, undefined) : inputOf(data)}
      verb="Save the alert"
      save={(rule) => api.changeAlertRule(id, rule)}
      onWritten={(rule) =>
        navigate({
          to: '/alerts/$id/edit',
          params: { id },
          search: { draft: writeDraft(rule) },
          replace: true,
          resetScroll: false,
        })
      }
    />
  );
}

interface RuleFormProps {
  title: string;
  initial: AlertRuleInput;
  verb: string;
  save: (rule: AlertRuleInput) => Promise<{ id: string }>;
  /** Some time after something changed. */
  onWritten: (rule: AlertRuleInput) => void;
}

function RuleForm({ title, initial, verb, save, onWritten }: RuleFormProps) {
  const mayWrite = useMay('alerts:write');
  const navigate = useNavigate();
  const queryClient = useQueryClient();
  const [rule, setRule] = useState(initial);
  const settled = useSettled(rule, FOLLOWS_MS);
  // biome-ignore lint/correctness/useExhaustiveDependencies: only what is written changes the address.
  useEffect(() => {
    if (settled !== initial && JSON.stringify(settled) !== JSON.stringify(initial)) onWritten(settled);
  }, [settled]);
  const saving = useMutation({
    mutationFn: () => save({ ...rule, name: rule.name.trim() || usualName(rule) }),
    onSuccess: ({ id }) => {
      queryClient.invalidateQueries({ queryKey: ['alerts'] });
      toast({ message: 'Saved. It is evaluated from now on.' });
      navigate({ to: '/alerts/$id', params: { id }, search: {} });
    },
  });
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <DetailHead parent={<Link to="/alerts">Alerts</Link>} title={<bdi>{title}</bdi>}>
        <ReadOnly scope="alerts:write" what="change alerts" />
      </DetailHead>
      <form
        className="grid min-w-0 gap-4 px-4 pb-6 md:px-6 xl:grid-cols-[minmax(0,1fr)_minmax(0,28rem)]"
        onSubmit={(event) => {
          event.preventDefault();
          saving.mutate();
        }}
      >
        <div className="flex min-w-0 flex-col gap-4">
          <RuleFields rule={rule} onChange={setRule} />
          <FormProblem error={saving.error} />
          <div className="flex gap-2">
            <Button look="primary" type="submit" disabled={!mayWrite || saving.isPending}>
              {saving.isPending ? 'Saving…' : verb}
            </Button>
            <Link to="/alerts" className={buttonClass()}>
              Cancel
            </Link>
          </div>
        </div>
        <Preview rule={settled} />
      </form>
    </div>
  );
}

function Preview({ rule }: { rule: AlertRuleInput }) {
  const [period, setPeriod] = useState<PreviewPeriod>(USUAL_PREVIEW);
  const named = { ...rule, name: rule.name.trim() || 'Preview' };
  const { data, error, isFetching } = useQuery(previewQuery(named, period));
  return (
    <Card
      title="What it would have said"
      className="self-start xl:sticky xl:top-4"
      actions={
        <Segmented
          label="Of the last"
          size="small"
          value={period}
          choices={PREVIEW_PERIODS}
          onChange={setPeriod}
        />
      }
    >
      {error ? (
        <p role="status" className="text-sm [overflow-wrap:anywhere] text-warn">
          {sentenceOf(error)}
        </p>
      ) : data ? (
        <div className={cx(isFetching && 'opacity-60')}>
          <PreviewView preview={data} condition={rule.condition} period={period} />
        </div>
      ) : (
        <Skeleton className="h-48 w-full" />
      )}
    </Card>
  );
}

/** The value when it has been the same for so long. */
function useSettled<Value>(value: Value, ms: number): Value {
  const [settled, setSettled] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(value), ms);
    return () => clearTimeout(timer);
  }, [value, ms]);
  return settled;
}
