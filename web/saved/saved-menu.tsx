/**
 * Saved searches of a page: chosen from a menu by everyone; saved for oneself, or for all by whoever may write; renamed,
 * made tabs and deleted by those who may change them.
 */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Bookmark, BookmarkPlus, Check, Settings2 } from 'lucide-react';
import { type FormEvent, type ReactNode, type Ref, useState } from 'react';
import type { SavedQuery, SavedQueryScreen, SavedQueryView } from '#contract/saved-queries.ts';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { Menu, MenuItem, MenuLine, MenuNote } from '#web/ui/menu.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { savedQueriesQuery } from './saved-query.ts';

const NAME_CHARS_MAX = 100;

/** What the page shows now, and what it can do with a saved search. */
export interface SavedPage {
  screen: SavedQueryScreen;
  project: string | undefined;
  view: SavedQueryView;
  /** What is saved besides the words. */
  kept: string;
  /** It has a row of tabs for pinned ones. */
  tabs?: boolean;
  isShown: (query: SavedQuery) => boolean;
}

interface SavedMenuProps {
  page: SavedPage;
  onOpen: (query: SavedQuery) => void;
  trigger: Ref<HTMLButtonElement>;
}

export function SavedMenu({ page, onOpen, trigger }: SavedMenuProps) {
  const { data: saved = [], error } = useQuery(savedQueriesQuery(page.screen));
  const may = useMay('event:write');
  const [dialog, setDialog] = useState<'save' | 'manage' | null>(null);
  // Those of other projects lead away from here: last.
  const offered = saved.toSorted((a, b) => Number(isElsewhere(a, page)) - Number(isElsewhere(b, page)));
  const changeable = saved.filter(({ personal }) => personal || may);
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
          <MenuItem key={query.id} onSelect={() => onOpen(query)}>
            <span className="w-4">
              {page.isShown(query) && <Check aria-label="shown" className="text-accent" />}
            </span>
            <bdi className="max-w-64 min-w-0 flex-1 truncate">{revealBidi(query.name)}</bdi>
            <span className="text-xs text-ink-faint">
              {[query.personal ? 'only you' : '', query.project ?? ''].filter(Boolean).join(' · ')}
            </span>
          </MenuItem>
        ))}
        <MenuLine />
        <MenuItem onSelect={() => setDialog('save')}>
          <BookmarkPlus aria-hidden className="text-ink-faint" />
          Save this search…
        </MenuItem>
        {changeable.length > 0 && (
          <MenuItem onSelect={() => setDialog('manage')}>
            <Settings2 aria-hidden className="text-ink-faint" />
            Rename or delete…
          </MenuItem>
        )}
      </Menu>
      {dialog === 'save' && <SaveDialog page={page} mayShare={may} onClose={() => setDialog(null)} />}
      {dialog === 'manage' && <ManageDialog saved={changeable} page={page} onClose={() => setDialog(null)} />}
    </>
  );
}

const isElsewhere = ({ project }: SavedQuery, page: SavedPage) =>
  project !== null && page.project !== undefined && project !== page.project;

function useChange<Input>(
  screen: SavedQueryScreen,
  change: (input: Input) => Promise<unknown>,
  onDone: () => void = () => undefined,
) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: change,
    onSuccess: async () => {
      await client.invalidateQueries(savedQueriesQuery(screen));
      onDone();
    },
  });
}

function SaveDialog({
  page,
  mayShare,
  onClose,
}: {
  page: SavedPage;
  mayShare: boolean;
  onClose: () => void;
}) {
  const [name, setName] = useState('');
  const [everywhere, setEverywhere] = useState(page.project === undefined);
  const [personal, setPersonal] = useState(!mayShare);
  const [pinned, setPinned] = useState(page.tabs === true);
  const save = useChange(page.screen, api.saveQuery, onClose);
  function submit(event: FormEvent) {
    event.preventDefault();
    const project = everywhere ? null : (page.project ?? null);
    if (name.trim() !== '')
      save.mutate({ screen: page.screen, name, project, personal, pinned, view: page.view });
  }
  return (
    <Dialog open onClose={onClose} title="Save this search" description={page.kept}>
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
        <div className="flex flex-col gap-2">
          {mayShare && (
            <Tick checked={!personal} onChange={(shared) => setPersonal(!shared)}>
              For everyone of the organization
            </Tick>
          )}
          {page.project !== undefined && (
            <Tick checked={!everywhere} onChange={(only) => setEverywhere(!only)}>
              Only of the project {page.project}
            </Tick>
          )}
          {page.tabs && (
            <Tick checked={pinned} onChange={setPinned}>
              As a tab over the list
            </Tick>
          )}
        </div>
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

function Tick({
  checked,
  onChange,
  children,
}: {
  checked: boolean;
  onChange: (checked: boolean) => void;
  children: ReactNode;
}) {
  return (
    <label className="flex items-center gap-2 text-sm pointer-coarse:min-h-11">
      <input type="checkbox" checked={checked} onChange={(event) => onChange(event.target.checked)} />
      <span>{children}</span>
    </label>
  );
}

function ManageDialog({
  saved,
  page,
  onClose,
}: {
  saved: readonly SavedQuery[];
  page: SavedPage;
  onClose: () => void;
}) {
  return (
    <Dialog
      open
      onClose={onClose}
      title="Saved queries"
      description={
        saved.some(({ personal }) => !personal)
          ? 'What you change here changes for everyone, but for those that are only yours.'
          : undefined
      }
    >
      <ul className="flex flex-col">
        {saved.map((query) => (
          <ManagedQuery key={query.id} query={query} page={page} />
        ))}
      </ul>
    </Dialog>
  );
}

const whereOf = ({ project, personal }: SavedQuery) =>
  [project === null ? 'Of all projects' : `Of ${project}`, personal ? 'only yours' : '']
    .filter(Boolean)
    .join(', ');

function ManagedQuery({ query, page }: { query: SavedQuery; page: SavedPage }) {
  const [name, setName] = useState(query.name);
  const [sure, setSure] = useState(false);
  const change = useChange(page.screen, (next: { name?: string; pinned?: boolean }) =>
    api.changeSavedQuery(query.id, next),
  );
  const replace = useChange(page.screen, () => api.changeSavedQuery(query.id, { view: page.view }));
  const remove = useChange(page.screen, () => api.deleteSavedQuery(query.id));
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
          label={whereOf(query)}
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
          disabled={replace.isPending || page.isShown(query)}
          title="Keep what the page shows now under this name"
          onClick={() => replace.mutate(undefined)}
        >
          Replace
        </Button>
        {page.tabs && (
          <Button
            aria-pressed={query.pinned}
            disabled={change.isPending}
            title="A tab over the list"
            onClick={() => change.mutate({ pinned: !query.pinned })}
          >
            {query.pinned ? 'Unpin' : 'Pin'}
          </Button>
        )}
        <Button
          look={sure ? 'danger' : 'quiet-danger'}
          disabled={remove.isPending}
          onBlur={() => setSure(false)}
          onClick={() => (sure ? remove.mutate(undefined) : setSure(true))}
        >
          {!sure ? 'Delete' : query.personal ? 'Delete it' : 'Delete for all'}
        </Button>
      </form>
      <FormProblem error={change.error ?? replace.error ?? remove.error} />
    </li>
  );
}
