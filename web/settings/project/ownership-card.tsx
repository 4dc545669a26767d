/** Who owns which code of a project: rules and CODEOWNERS as texts, with what is wrong with them line by line. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, useId, useRef, useState } from 'react';
import type { Ownership, OwnershipCheck, OwnershipRequest } from '#contract/code.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { cx } from '#web/ui/cx.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { lineRange } from './line-range.ts';

export function OwnershipCard({ slug }: { slug: string }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['ownership', slug],
    queryFn: ({ signal }) => api.ownership(slug, signal),
  });
  return (
    <Card id="ownership" title="Ownership">
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The ownership could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={6} />
      ) : (
        <OwnershipForm slug={slug} ownership={data} />
      )}
    </Card>
  );
}

type Problem = OwnershipCheck['problems'][number];

function OwnershipForm({ slug, ownership }: { slug: string; ownership: Ownership }) {
  const queryClient = useQueryClient();
  const mayChange = useMay('project:admin');
  const [texts, setTexts] = useState<OwnershipRequest>({
    rules: ownership.rules,
    codeowners: ownership.codeowners,
    assigns: ownership.assigns,
  });
  const [problems, setProblems] = useState<Problem[]>([]);
  const save = useMutation({
    mutationFn: async (body: OwnershipRequest) => {
      const checked = await api.checkOwnership(slug, body);
      setProblems(checked.problems);
      return checked.problems.length > 0 ? null : api.saveOwnership(slug, body);
    },
    meta: { shownInForm: true },
    onSuccess: (saved) => {
      if (saved === null) return;
      toast({ message: 'Saved' });
      queryClient.setQueryData(['ownership', slug], saved);
      queryClient.invalidateQueries({ queryKey: ['issue'] });
    },
  });
  const change = (next: Partial<OwnershipRequest>) => setTexts({ ...texts, ...next });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate(texts);
      }}
    >
      <p className="max-w-prose text-sm text-ink-soft">
        The last line that matches decides, and rules come after CODEOWNERS. People are found by their e-mail,
        teams by their slug: #payments, @acme/payments.
      </p>
      <Text
        label="Rules"
        value={texts.rules}
        readOnly={!mayChange}
        problems={problems.filter((problem) => problem.in === 'rules')}
        placeholder={
          'path:src/pay/* ada@example.com\nmodule:com.acme.pay.* #payments\nurl:*/checkout* grace@example.com\ntags.region:eu-* ada@example.com'
        }
        onChange={(event) => change({ rules: event.target.value })}
      />
      <Text
        label="CODEOWNERS"
        value={texts.codeowners}
        readOnly={!mayChange}
        problems={problems.filter((problem) => problem.in === 'codeowners')}
        placeholder={'*          @acme/everybody\n/src/pay/  ada@example.com'}
        onChange={(event) => change({ codeowners: event.target.value })}
      />
      {ownership.unknownOwners.length > 0 && (
        <div className="text-sm">
          <h3 className="font-medium">Owners that are no person and no team here</h3>
          <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-xs text-ink-soft">
            {ownership.unknownOwners.map(({ owner, in: source, line }) => (
              <li key={owner}>
                <bdi className="font-mono">{owner}</bdi>{' '}
                <span className="text-ink-faint">
                  {source === 'rules' ? 'rules' : 'CODEOWNERS'}, line {line}
                </span>
              </li>
            ))}
          </ul>
        </div>
      )}
      <div className="flex flex-wrap items-center gap-3">
        <label className="flex items-center gap-2 text-sm">
          <input
            type="checkbox"
            className="size-4 accent-accent"
            checked={texts.assigns}
            disabled={!mayChange}
            onChange={(event) => change({ assigns: event.target.checked })}
          />
          Assign new issues to their owner
        </label>
        {mayChange && (
          <div className="ml-auto flex flex-wrap items-center gap-3">
            <FormProblem error={save.error} />
            <Button look="primary" type="submit" disabled={save.isPending}>
              {save.isPending ? 'Saving…' : 'Save ownership'}
            </Button>
          </div>
        )}
      </div>
    </form>
  );
}

interface TextProps extends ComponentProps<'textarea'> {
  label: string;
  value: string;
  problems: readonly Problem[];
}

/** A problem leads to its line. */
function Text({ label, value, problems, ...rest }: TextProps) {
  const id = useId();
  const area = useRef<HTMLTextAreaElement>(null);
  function goTo(line: number) {
    const { from, to } = lineRange(value, line);
    area.current?.focus();
    area.current?.setSelectionRange(from, to);
  }
  return (
    <div className="flex flex-col gap-1">
      <label htmlFor={id} className="text-sm font-medium">
        {label}
      </label>
      <textarea
        ref={area}
        id={id}
        value={value}
        rows={Math.min(16, Math.max(5, value.split('\n').length + 1))}
        spellCheck={false}
        wrap="off"
        aria-invalid={problems.length > 0 ? true : undefined}
        aria-describedby={problems.length > 0 ? `${id}-problems` : undefined}
        className={cx(CONTROL, 'h-auto! py-2 font-mono text-xs!')}
        {...rest}
      />
      {problems.length > 0 && (
        <ul id={`${id}-problems`} role="alert" className="flex flex-col gap-0.5 text-xs text-danger">
          {problems.map(({ line, message }) => (
            <li key={line}>
              <button
                type="button"
                className="text-left underline-offset-2 hover:underline"
                onClick={() => goTo(line)}
              >
                Line {line}: {message}
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
