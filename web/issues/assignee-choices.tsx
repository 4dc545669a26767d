/** Whom one may give an issue to, inside a menu: oneself, the teams of its project, other teams, other people. */
import { useQuery } from '@tanstack/react-query';
import type { Assignee } from '#contract/teamwork.ts';
import { membersQuery, teamsQuery } from '#web/people.ts';
import { useSession } from '#web/session.ts';
import { MenuChoices, MenuNote } from '#web/ui/menu.tsx';

/** Stands for nobody: Radix takes no empty value. */
const NOBODY = '*';

const keyOf = ({ type, id }: Assignee) => `${type}:${id}`;

/** How it is called where one reads it. */
export const assigneeName = ({ type, name, slug }: Assignee) => (type === 'team' ? `#${slug}` : name);

interface AssigneeChoicesProps {
  /** Whose teams come first. */
  project?: string;
  /** Undefined: several issues, of whoever. */
  value: Assignee | null | undefined;
  onChoose: (to: Assignee | null) => void;
}

export function AssigneeChoices({ project, value, onChoose }: AssigneeChoicesProps) {
  const me = useSession()?.user;
  const { data: members = [] } = useQuery(membersQuery);
  const { data: teams = [] } = useQuery(teamsQuery);
  const worksHere = (team: (typeof teams)[number]) =>
    team.projects.some(({ slug }) => slug === project) ? 0 : 1;
  const choices: { to: Assignee; label: string; note?: string }[] = [
    ...members
      .filter(({ id }) => id === me?.id)
      .map((person) => ({ to: personOf(person), label: person.name || person.email, note: 'you' })),
    ...teams
      .toSorted((a, b) => worksHere(a) - worksHere(b))
      .map(({ id, slug, name }) => ({
        to: { type: 'team' as const, id, name, slug },
        label: `#${slug}`,
        note: 'team',
      })),
    ...members
      .filter(({ id }) => id !== me?.id)
      .map((person) => ({ to: personOf(person), label: person.name || person.email })),
  ];
  return (
    <>
      <MenuNote>Whose is it?</MenuNote>
      <MenuChoices
        value={value === undefined ? '' : value === null ? NOBODY : keyOf(value)}
        onChange={(key) => onChoose(choices.find(({ to }) => keyOf(to) === key)?.to ?? null)}
        choices={[
          { value: NOBODY, label: 'Nobody' },
          ...choices.map(({ to, label, note }) => ({ value: keyOf(to), label, note })),
        ]}
      />
    </>
  );
}

const personOf = ({ id, name, email }: { id: string; name: string; email: string }): Assignee => ({
  ...{ type: 'person', id, name: name || email, slug: '' },
});
