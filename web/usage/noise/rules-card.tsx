/** The rules that are there, what each has saved, their switches, and the way back. */
import { useMutation, useQueries, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { NoiseRule } from '#contract/noise.ts';
import { api } from '#web/client.ts';
import { exceptWords, ruleWords } from '#web/noise-rule-words.ts';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { IconButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { toast } from '#web/ui/toast.tsx';
import { PrecededIssues } from './preceded-issues.tsx';
import { Template } from './template.tsx';

interface Project {
  id: string;
  slug: string;
  name: string;
}

export function RulesCard({ projects }: { projects: readonly Project[] }) {
  const asked = useQueries({
    queries: projects.map(({ slug }) => ({
      queryKey: ['noise-rules', slug],
      queryFn: ({ signal }: { signal: AbortSignal }) => api.noiseRules(slug, signal),
      refetchInterval: 30_000,
    })),
  });
  const failed = asked.find(({ error, data }) => error && !data);
  const rules = projects.flatMap((project, at) =>
    (asked[at]?.data?.items ?? []).map((rule) => ({ rule, project })),
  );
  if (failed)
    return <ErrorState error={failed.error} retry={failed.refetch} what="The rules could not be loaded" />;
  if (rules.length === 0) return null;
  return (
    <Card title="Rules" note={fullNumber(rules.length)} flush>
      <ul>
        {rules.map(({ rule, project }) => (
          <RuleRow key={rule.id} rule={rule} project={project} isNamed={projects.length > 1} />
        ))}
      </ul>
    </Card>
  );
}

function RuleRow({ rule, project, isNamed }: { rule: NoiseRule; project: Project; isNamed: boolean }) {
  const { id, enabled, template, patternId } = rule;
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const [asking, setAsking] = useState<'switch on' | 'remove' | null>(null);
  const changed = () => {
    setAsking(null);
    queryClient.invalidateQueries({ queryKey: ['noise-rules', project.slug] });
    queryClient.invalidateQueries({ queryKey: ['noise'] });
  };
  const turn = useMutation({
    mutationFn: (to: boolean) =>
      api.switchNoiseRule(project.slug, id, { enabled: to, acknowledged: asking === 'switch on' }),
    onSuccess: changed,
  });
  const remove = useMutation({
    mutationFn: () => api.deleteNoiseRule(project.slug, id),
    onSuccess: () => {
      toast({ message: 'Removed. Its records are kept again from now on.' });
      changed();
    },
  });
  return (
    <li className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-0">
      <input
        type="checkbox"
        aria-label={`Apply the rule for ${template.slice(0, 80)}`}
        className="mt-1 size-4 shrink-0 accent-accent"
        checked={enabled}
        disabled={!mayChange || turn.isPending}
        onChange={() => (enabled ? turn.mutate(false) : setAsking('switch on'))}
      />
      <div className="min-w-0 flex-1 basis-48">
        <Template id={patternId} template={template} project={project.slug} />
        <p className="mt-0.5 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-ink-faint">
          <Badge tone={enabled ? 'accent' : 'neutral'}>{enabled ? ruleWords(rule) : 'switched off'}</Badge>
          <span>{exceptWords(rule)}</span>
          {isNamed && <span>{project.name}</span>}
          {rule.goesBefore > 0 && (
            <span className="text-warn">
              goes before {counted(rule.goesBefore, 'issue')}, seen and accepted
            </span>
          )}
        </p>
        <p className="mt-0.5 text-xs text-ink-soft">
          {savedWords(rule)} · made <RelativeTime time={rule.createdAt} />
          {rule.createdBy && ` by ${rule.createdBy}`}
        </p>
      </div>
      {mayChange && (
        <IconButton label="Remove the rule" onClick={() => setAsking('remove')}>
          <Trash2 aria-hidden />
        </IconButton>
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title="Remove this rule?"
          verb="Remove"
          busy={remove.isPending}
          onClose={() => setAsking(null)}
          onConfirm={() => remove.mutate()}
        >
          Its records are kept as they come from then on. What was not kept does not come back; its counts
          stay.
        </ConfirmDialog>
      )}
      {asking === 'switch on' && (
        <ConfirmDialog
          title="Switch the rule on again?"
          verb="Switch on"
          busy={turn.isPending}
          onClose={() => setAsking(null)}
          onConfirm={() => turn.mutate(true)}
        >
          <PrecededIssues slug={project.slug} pattern={patternId} contains={rule.contains} />
        </ConfirmDialog>
      )}
    </li>
  );
}

function savedWords({ action, saved: { records, bytes, diskBytes, demoted } }: NoiseRule): string {
  if (records + demoted === 0) return 'No record has met it';
  if (action === 'demote' && records === 0) return `${counted(demoted, 'record')} demoted`;
  return `${counted(records, 'record')} not kept, ${byteSize(bytes)} as sent, about ${byteSize(diskBytes)} of disk`;
}
