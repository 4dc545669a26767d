/** Saved queries: chosen from a menu by everyone, saved, renamed and deleted by whoever may write. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, BookmarkPlus, Check, Settings2 } from 'lucide-react';
import { type FormEvent, type Ref, useState } from 'react';
import type { SavedQuery } from '#contract/saved-queries.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { Menu, MenuItem, MenuLine, MenuNote } from '#web/ui/menu.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { savedQueriesQuery } from './logs-queries.ts';
import type { LogsSearch } from './logs-search.ts';
import { isShown, searchOf, viewOf } from './saved-view.ts';

const NAME_CHARS_MAX = 100;

interface SavedMenuProps {
  search: LogsSearch;
  onOpen: (search: LogsSearch) => void;
  trigger: Ref<HTMLButtonElement>;
}

export function SavedMenu({ search, onOpen, trigger }: SavedMenuProps) {
  const { data: saved = [], error } = useQuery(savedQueriesQuery);
  const may = useMay('event:write');
  const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
  // Those of other projects lead away from here: last.
  const offered = saved.toSorted((a, b) => Number(isElsewhere(a, search)) - Number(isElsewhere(b, search)));
  return (
    <>
      <Menu
        align="end"
        trigger={
          <button ref={trigger} type="button" className={buttonClass()} title="Saved queries (s)">
            <Bookmark aria-hidden />
            Saved
          </button>
        }
      >
        {error && <MenuNote>They could not be loaded.</MenuNote>}
        {saved.length === 0 && !error && <MenuNote>No query is saved yet.</MenuNote>}
        {offered.map((query) => (
          <MenuItem key={query.id} onSelect={() => onOpen(searchOf(query, search))}>
            <span className="w-4">
              {isShown(query, search) && <Check aria-label="shown" className="text-accent" />}
            </span>
            <bdi className="max-w-64 min-w-0 flex-1 truncate">{revealBidi(query.name)}</bdi>
            {query.project !== null && <span className="text-xs text-ink-faint">{query.project}</span>}
          </MenuItem>
        ))}
        {may && <MenuLine />}
        {may && (
          <MenuItem onSelect={() => setDialog('save')}>
            <BookmarkPlus aria-hidden className="text-ink-faint" />
            Save this search…
          </MenuItem>
        )}
        {may && saved.length > 0 && (
          <MenuItem onSelect={() => setDialog('manage')}>
            <Settings2 aria-hidden className="text-ink-faint" />
            Rename or delete…
          </MenuItem>
        )}
      </Menu>
      {dialog === 'save' && <SaveDialog search={search} onClose={() => setDialog(null)} />}
      {dialog === 'manage' && <ManageDialog saved={saved} search={search} onClose={() => setDialog(null)} />}
    </>
  );
}

const isElsewhere = ({ project }: SavedQuery, search: LogsSearch) =>
  project !== null && search.project !== undefined && project !== search.project;

function useChange<Input>(change: (input: Input) => Promise<unknown>, onDone: () => void) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries(savedQueriesQuery);
      onDone();
    },
  });
}

function SaveDialog({ search, onClose }: { search: LogsSearch; onClose: () => void }) {
  const [name, setName] = useState('');
  const [everywhere, setEverywhere] = useState(search.project === undefined);
  const save = useChange(api.saveQuery, onClose);
  function submit(event: FormEvent) {
    event.preventDefault();
    const project = everywhere ? null : (search.project ?? null);
    if (name.trim() !== '') save.mutate({ name, project, view: viewOf(search) });
  }
  return (
    <Dialog
      open
      onClose={onClose}
      title="Save this search"
      description="With its period, columns, facets and chart, for everyone of the organization."
    >
      <form onSubmit={submit} className="flex flex-col gap-4">
        <Field
          label="Name"
          value={name}
          maxLength={NAME_CHARS_MAX}
          required
          autoFocus
          autoComplete="off"
          onChange={(event) => setName(event.target.value)}
        />
        {search.project !== undefined && (
          <label className="flex items-center gap-2 text-sm">
            <input
              type="checkbox"
              checked={!everywhere}
              onChange={(event) => setEverywhere(!event.target.checked)}
            />
            Only of the project {search.project}
          </label>
        )}
        <FormProblem error={save.error} />
        <div className="flex justify-end gap-2">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" disabled={save.isPending || name.trim() === ''}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function ManageDialog({
  saved,
  search,
  onClose,
}: {
  saved: readonly SavedQuery[];
  search: LogsSearch;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Saved queries"
      description="What you change here changes for everyone."
    >
      <ul className="flex flex-col">
        {saved.map((query) => (
          <ManagedQuery key={query.id} query={query} search={search} />
        ))}
      </ul>
    </Dialog>
  );
}

function ManagedQuery({ query, search }: { query: SavedQuery; search: LogsSearch }) {
  const [name, setName] = useState(query.name);
  const [sure, setSure] = useState(false);
  const change = useChange(
    (next: { name?: string }) => api.changeSavedQuery(query.id, next),
    () => undefined,
  );
  const replace = useChange(
    () => api.changeSavedQuery(query.id, { view: viewOf(search) }),
    () => undefined,
  );
  const remove = useChange(
    () => api.deleteSavedQuery(query.id),
    () => undefined,
  );
  const renamed = name.trim() !== '' && name.trim() !== query.name;
  return (
    <li className="flex flex-col gap-2 border-b border-line py-3 last:border-0">
      <form
        className="flex flex-wrap items-end gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (renamed) change.mutate({ name });
        }}
      >
        <Field
          label={query.project === null ? 'Of all projects' : `Of ${query.project}`}
          aria-label={`Name of ${query.name}`}
          value={name}
          maxLength={NAME_CHARS_MAX}
          autoComplete="off"
          className="min-w-40 flex-1"
          onChange={(event) => setName(event.target.value)}
        />
        <Button type="submit" disabled={!renamed || change.isPending}>
          Rename
        </Button>
        <Button
          disabled={replace.isPending || isShown(query, search)}
          title="Keep what the page shows now under this name"
          onClick={() => replace.mutate(undefined)}
        >
          Replace
        </Button>
        <Button
          look={sure ? 'danger' : 'quiet-danger'}
          disabled={remove.isPending}
          onBlur={() => setSure(false)}
          onClick={() => (sure ? remove.mutate(undefined) : setSure(true))}
        >
          {sure ? 'Delete for all' : 'Delete'}
        </Button>
      </form>
      <FormProblem error={change.error ?? replace.error ?? remove.error} />
    </li>
  );
}
