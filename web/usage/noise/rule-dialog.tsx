/**
 * Drops, samples or demotes one pattern. It says which issues the pattern goes before, and when there are any, it asks a
 * second time.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { NoiseAction, NoiseLevel, NoiseRuleRequest } from '#contract/noise.ts';
import { api } from '#web/client.ts';
import { ruleWords } from '#web/noise-rule-words.ts';
import { Button } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Field, SelectField } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { counted } from '#web/ui/number.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { toast } from '#web/ui/toast.tsx';
import { useSettled } from '#web/ui/use-settled.ts';
import type { Wanted } from './noise-screen.tsx';
import { PrecededIssues, precededQuery } from './preceded-issues.tsx';
import { ACTION_VERBS, LEVELS, usualLevel } from './words.ts';

const ACTIONS = (['drop', 'sample', 'demote'] as const).map((value) => ({
  value,
  label: ACTION_VERBS[value],
}));
const EXPLAINED: Record<NoiseAction, string> = {
  drop: 'Its records are counted and not kept.',
  sample: 'Some are kept, of each trace all or none; the others are counted.',
  demote: 'Its records are kept with a lower level, and say which they had.',
};
const KEEP_ONE_IN = 10;
/** Longer than between two keys. */
const SETTLED_MS = 350;
const KEEP_ONE_IN_MAX = 100_000;

export function RuleDialog({
  wanted: { pattern, suggestion },
  slug,
  onClose,
}: {
  wanted: Wanted;
  slug: string;
  onClose: () => void;
}) {
  const queryClient = useQueryClient();
  const [action, setAction] = useState<NoiseAction>(suggestion?.action ?? 'sample');
  const [levelMax, setLevelMax] = useState<NoiseLevel>(suggestion?.levelMax ?? usualLevel(pattern.levels));
  const [keepOneIn, setKeepOneIn] = useState(String(suggestion?.keepOneIn ?? KEEP_ONE_IN));
  const [demoteTo, setDemoteTo] = useState<NoiseLevel>(suggestion?.demoteTo ?? 'debug');
  const [withStackTraces, setWithStackTraces] = useState(false);
  const [contains, setContains] = useState(suggestion?.contains ?? '');
  const held = useSettled(contains, SETTLED_MS);
  const [isAsking, setIsAsking] = useState(false);
  const check = useQuery(precededQuery(slug, pattern.id, held));
  const issues = check.data?.issuesInAll ?? 0;
  const request: NoiseRuleRequest = {
    ...{ patternId: pattern.id, action, levelMax, withStackTraces, contains, acknowledged: isAsking },
    ...(action === 'sample' ? { keepOneIn: Number(keepOneIn) } : {}),
    ...(action === 'demote' ? { demoteTo } : {}),
  };
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['noise-rules', slug] });
    queryClient.invalidateQueries({ queryKey: ['noise'] });
  };
  const save = useMutation({
    mutationFn: () => api.saveNoiseRule(slug, request),
    meta: { shownInForm: true },
    onSuccess: (rule) => {
      changed();
      onClose();
      toast({
        message: `From now on: ${ruleWords(rule)}.`,
        action: { label: 'Undo', run: () => void api.deleteNoiseRule(slug, rule.id).then(changed) },
      });
    },
  });
  const lower = LEVELS.slice(0, LEVELS.indexOf(levelMax));
  const isReady =
    check.data !== undefined &&
    held === contains &&
    (action !== 'sample' || (Number(keepOneIn) >= 2 && Number(keepOneIn) <= KEEP_ONE_IN_MAX)) &&
    (action !== 'demote' || lower.includes(demoteTo));

  return (
    <Dialog
      open
      onClose={onClose}
      title={isAsking ? `${ACTION_VERBS[action]} it all the same?` : 'Less of this pattern'}
      description={
        <bdi className="line-clamp-3 font-mono text-xs [overflow-wrap:anywhere]">
          {revealBidi(pattern.template.slice(0, 300)) || 'no text'}
        </bdi>
      }
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={(event) => {
          event.preventDefault();
          if (!isReady || save.isPending) return;
          if (issues > 0 && !isAsking) setIsAsking(true);
          else save.mutate();
        }}
      >
        {isAsking ? (
          <p className="text-sm">
            When {issues === 1 ? 'this issue comes' : 'these issues come'} back, the lines of this pattern
            before it may not be there to read. Their counts will be.
          </p>
        ) : (
          <>
            <div className="flex flex-col gap-1.5">
              <Segmented
                label="What to do"
                value={action}
                choices={ACTIONS}
                onChange={setAction}
                className="self-start"
              />
              <p className="text-sm text-ink-soft">{EXPLAINED[action]}</p>
            </div>
            <div className="grid gap-3 sm:grid-cols-2">
              {action === 'sample' && (
                <Field
                  label="Keep one in"
                  type="number"
                  inputMode="numeric"
                  min={2}
                  max={KEEP_ONE_IN_MAX}
                  required
                  value={keepOneIn}
                  onChange={(event) => setKeepOneIn(event.target.value)}
                />
              )}
              {action === 'demote' && (
                <SelectField
                  label="To the level"
                  value={lower.includes(demoteTo) ? demoteTo : ''}
                  onChange={(event) => setDemoteTo(event.target.value as NoiseLevel)}
                >
                  {!lower.includes(demoteTo) && <option value="">Choose…</option>}
                  {lower.map((level) => (
                    <option key={level}>{level}</option>
                  ))}
                </SelectField>
              )}
              <SelectField
                label="Records up to"
                hint="Higher levels are left as they are."
                value={levelMax}
                onChange={(event) => setLevelMax(event.target.value as NoiseLevel)}
              >
                {LEVELS.map((level) => (
                  <option key={level}>{level}</option>
                ))}
              </SelectField>
            </div>
            <Field
              label="Only records that contain"
              hint="Paths and numbers are the same in a pattern: /healthz is not. Empty: all of them."
              maxLength={200}
              value={contains}
              onChange={(event) => setContains(event.target.value)}
            />
            <label className="flex items-start gap-2.5 text-sm">
              <input
                type="checkbox"
                className="mt-0.5 size-4 shrink-0 accent-accent"
                checked={withStackTraces}
                onChange={(event) => setWithStackTraces(event.target.checked)}
              />
              <span>
                Records with a stack trace too
                {action !== 'demote' && (
                  <span className="block text-xs text-ink-faint">
                    Those that are not kept do not become issues then.
                  </span>
                )}
              </span>
            </label>
          </>
        )}
        <PrecededIssues slug={slug} pattern={pattern.id} contains={held} />
        <FormProblem error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={isAsking ? () => setIsAsking(false) : onClose}>
            {isAsking ? 'Back' : 'Cancel'}
          </Button>
          <Button look={isAsking ? 'danger' : 'primary'} type="submit" disabled={!isReady || save.isPending}>
            {save.isPending
              ? 'Saving…'
              : isAsking
                ? `${ACTION_VERBS[action]} it, despite ${counted(issues, 'issue')}`
                : ACTION_VERBS[action]}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
