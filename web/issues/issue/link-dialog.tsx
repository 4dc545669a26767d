/** Links the issue to an address, or creates one at a tracker. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useId, useState } from 'react';
import type { IssueDetail } from '#contract/issues.ts';
import type { IssueLink, TrackerIssueRequest } from '#contract/trackers.ts';
import { api } from '#web/client.ts';
import { PREFIX } from '#web/prefix.ts';
import { trackersQuery } from '#web/trackers.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { CONTROL, Field, SelectField } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { textOf } from '#web/ui/form-text.ts';
import { Segmented } from '#web/ui/segmented.tsx';
import { toast } from '#web/ui/toast.tsx';
import { issueMarkdown } from './issue-markdown.ts';
import { issueQuery } from './issue-queries.ts';

interface LinkDialogProps {
  issue: IssueDetail;
  onClose: () => void;
}

export function LinkDialog({ issue, onClose }: LinkDialogProps) {
  const { data: trackers = [] } = useQuery(trackersQuery);
  const [way, setWay] = useState<'link' | 'create'>('link');
  const queryClient = useQueryClient();
  const done = (link: IssueLink) => {
    toast({ message: `Linked to ${link.name}` });
    onClose();
    return queryClient.invalidateQueries(issueQuery(issue.id));
  };
  return (
    <Dialog open onClose={onClose} title={`Link ${issue.shortId}`}>
      <div className="flex flex-col gap-4">
        {trackers.length > 0 && (
          <Segmented
            label="What to do"
            className="self-start"
            value={way}
            onChange={setWay}
            choices={[
              { value: 'link', label: 'To one there is' },
              { value: 'create', label: 'Create one' },
            ]}
          />
        )}
        {way === 'link' || trackers.length === 0 ? (
          <LinkForm issue={issue} onClose={onClose} onDone={done} />
        ) : (
          <CreateForm issue={issue} trackers={trackers} onClose={onClose} onDone={done} />
        )}
      </div>
    </Dialog>
  );
}

interface FormProps extends LinkDialogProps {
  onDone: (link: IssueLink) => unknown;
}

function LinkForm({ issue, onClose, onDone }: FormProps) {
  const link = useMutation({
    mutationFn: (url: string) => api.link(issue.id, url),
    meta: { shownInForm: true },
    onSuccess: onDone,
  });
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        link.mutate(textOf(new FormData(event.currentTarget), 'url'));
      }}
    >
      <Field
        label="Address"
        name="url"
        type="url"
        required
        maxLength={1000}
        autoFocus
        placeholder="https://github.com/acme/shop/issues/12"
        hint="Of an issue at a tracker of the settings, title and state are shown; any other address is kept as it is."
      />
      <FormProblem error={link.error} />
      <Actions busy={link.isPending} verb="Link" onClose={onClose} />
    </form>
  );
}

function CreateForm({
  issue,
  trackers,
  onClose,
  onDone,
}: FormProps & { trackers: readonly { id: string; kind: string; name: string }[] }) {
  const [trackerId, setTrackerId] = useState(trackers[0]?.id ?? '');
  const bodyId = useId();
  const tracker = trackers.find(({ id }) => id === trackerId);
  const isJira = tracker?.kind === 'jira';
  const create = useMutation({
    mutationFn: (body: TrackerIssueRequest) => api.createTrackerIssue(issue.id, body),
    meta: { shownInForm: true },
    onSuccess: onDone,
  });
  const address = `${window.location.origin}${PREFIX}/issues/${issue.id}`;
  return (
    <form
      className="flex flex-col gap-4"
      onSubmit={(event) => {
        event.preventDefault();
        const form = new FormData(event.currentTarget);
        create.mutate({
          trackerId,
          target: textOf(form, 'target'),
          title: textOf(form, 'title'),
          body: textOf(form, 'body'),
          ...(isJira ? { issueType: textOf(form, 'issueType') } : {}),
        });
      }}
    >
      <SelectField label="Tracker" value={trackerId} onChange={(event) => setTrackerId(event.target.value)}>
        {trackers.map(({ id, name }) => (
          <option key={id} value={id}>
            {name}
          </option>
        ))}
      </SelectField>
      <Field
        label={isJira ? 'Project' : 'Repository'}
        name="target"
        required
        maxLength={250}
        placeholder={isJira ? 'SHOP' : 'acme/shop'}
      />
      {isJira && <Field label="Type" name="issueType" defaultValue="Bug" required maxLength={100} />}
      <Field label="Title" name="title" defaultValue={issue.title.slice(0, 250)} required maxLength={250} />
      <div className="flex flex-col gap-1">
        <label htmlFor={bodyId} className="text-sm font-medium">
          Description
        </label>
        <textarea
          id={bodyId}
          name="body"
          rows={8}
          maxLength={20_000}
          defaultValue={isJira ? address : issueMarkdown(issue, address)}
          className={cx(CONTROL, 'h-auto! py-2 font-mono text-xs!')}
        />
      </div>
      <FormProblem error={create.error} />
      <Actions busy={create.isPending} verb="Create" onClose={onClose} />
    </form>
  );
}

function Actions({ busy, verb, onClose }: { busy: boolean; verb: string; onClose: () => void }) {
  return (
    <div className="flex justify-end gap-2">
      <Button onClick={onClose}>Cancel</Button>
      <Button look="primary" type="submit" disabled={busy}>
        {busy ? 'One moment…' : verb}
      </Button>
    </div>
  );
}
