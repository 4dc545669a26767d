/** Several issues become one: which, and which of them stays. Others are found by search. */
import { useQuery } from '@tanstack/react-query';
import { Plus, X } from 'lucide-react';
import { useId, useState } from 'react';
import type { Issue } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { Button, IconButton } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { counted } from '#web/ui/number.ts';
import { type MergeTarget, useMerge } from './use-merge.ts';

interface MergeDialogProps {
  issues: readonly MergeTarget[];
  onClose: () => void;
  onMerged: (kept: Issue) => void;
}

/** Found by a search, enough to choose from. */
const FOUND_MAX = 8;

export function MergeDialog({ issues: given, onClose, onMerged }: MergeDialogProps) {
  const [issues, setIssues] = useState(given);
  const [chosen, setChosen] = useState<string | null>(null);
  const { merge } = useMerge();
  const name = useId();
  const largest = issues.toSorted((a, b) => b.events - a.events)[0];
  const into = issues.find(({ id }) => id === chosen)?.id ?? largest?.id ?? '';
  const projects = new Set(issues.map(({ project }) => project.id));
  const project = issues[0]?.project;
  const events = issues.reduce((sum, issue) => sum + issue.events, 0);
  return (
    <Dialog
      open
      onClose={onClose}
      title="Merge issues"
      description="They become one, and events of all of them come to it from now on. Each can be taken out again."
      className="max-w-xl"
    >
      <form
        className="flex flex-col gap-4"
        onSubmit={async (event) => {
          event.preventDefault();
          onMerged(await merge.mutateAsync({ issues, into }));
        }}
      >
        <fieldset className="min-w-0">
          <legend className="mb-1 text-sm font-medium">Which one stays</legend>
          <ul className="flex flex-col divide-y divide-line rounded-md border border-line">
            {issues.map((issue) => (
              <li key={issue.id} className="flex items-center gap-2 py-1 pr-1 pl-3">
                <label className="flex min-h-9 min-w-0 flex-1 cursor-pointer items-center gap-2.5">
                  <input
                    type="radio"
                    name={name}
                    className="size-4 shrink-0 accent-accent"
                    checked={issue.id === into}
                    onChange={() => setChosen(issue.id)}
                  />
                  <IssueWords issue={issue} />
                </label>
                <IconButton
                  label={`Leave out ${issue.shortId}`}
                  onClick={() => setIssues(issues.filter(({ id }) => id !== issue.id))}
                >
                  <X aria-hidden />
                </IconButton>
              </li>
            ))}
          </ul>
        </fieldset>
        {project && (
          <Others
            slug={project.slug}
            known={new Set(issues.map(({ id }) => id))}
            onAdd={(issue) => setIssues([...issues, issue])}
          />
        )}
        {projects.size > 1 && (
          <p role="alert" className="text-sm text-danger">
            Only issues of one project can be merged.
          </p>
        )}
        <FormProblem error={merge.error} />
        <div className="flex flex-wrap items-center justify-end gap-2">
          <p className="mr-auto text-xs text-ink-faint">{counted(events, 'event')} in all</p>
          <Button onClick={onClose}>Cancel</Button>
          <Button
            look="primary"
            type="submit"
            disabled={issues.length < 2 || projects.size > 1 || merge.isPending}
          >
            {merge.isPending ? 'Merging…' : `Merge ${issues.length > 1 ? issues.length : ''} issues`}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function IssueWords({ issue }: { issue: MergeTarget }) {
  return (
    <span className="min-w-0 py-1">
      <bdi className="block truncate text-sm">{issue.title}</bdi>
      <span className="block text-xs text-ink-faint">
        {issue.shortId} · {counted(issue.events, 'event')} · {counted(issue.users, 'user')}
      </span>
    </span>
  );
}

function Others({
  slug,
  known,
  onAdd,
}: {
  slug: string;
  known: ReadonlySet<string>;
  onAdd: (issue: Issue) => void;
}) {
  const [text, setText] = useState('');
  const words = text.trim();
  const { data, error, isFetching } = useQuery({
    queryKey: ['issues', 'to-merge', slug, words],
    queryFn: ({ signal }) =>
      api.issues({ project: slug, query: words, period: '90d', limit: FOUND_MAX + known.size }, signal),
    enabled: words !== '',
    retry: false,
    placeholderData: (before) => before,
  });
  const found = (words === '' ? [] : (data?.items ?? []))
    .filter(({ id }) => !known.has(id))
    .slice(0, FOUND_MAX);
  return (
    <div className="flex flex-col gap-2">
      <Field
        label="Add another"
        type="search"
        placeholder="Words of its title"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          const [first] = found;
          if (first) onAdd(first);
        }}
        problem={error && words !== '' ? error.message : null}
      />
      {found.length > 0 ? (
        <ul aria-label="Found" className="flex max-h-52 flex-col divide-y divide-line overflow-y-auto">
          {found.map((issue) => (
            <li key={issue.id} className="flex items-center gap-2">
              <div className="min-w-0 flex-1">
                <IssueWords issue={issue} />
              </div>
              <Button size="small" onClick={() => onAdd(issue)} aria-label={`Add ${issue.shortId}`}>
                <Plus aria-hidden />
                Add
              </Button>
            </li>
          ))}
        </ul>
      ) : (
        words !== '' && !isFetching && !error && <p className="text-xs text-ink-faint">Nothing found.</p>
      )}
    </div>
  );
}
