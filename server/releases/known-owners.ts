/**
 * Which people and teams the owners of a rule are: a person by the e-mail of a member, a team as `#payments` or
 * `@acme/payments` by its slug. Who is neither is shown as it stands in the rule, and nobody is guessed for it.
 */
import type { MetadataDb, MetadataTransaction } from '#server/store/metadata/metadata.ts';
import { statementParts } from '#server/store/metadata/statement-parts.ts';
import { teamSlugOf, teamsOf } from '#server/teams/teams.ts';
import type { OwnerRule } from './ownership-rules.ts';

export interface KnownOwner {
  type: 'person' | 'team';
  id: string;
  name: string;
  /** As the activity calls it: the name of a person, `#payments`. */
  called: string;
}

/** By the owner as rules name it, in lower case; who is not known is not among them. */
export async function knownOwners(
  db: MetadataDb | MetadataTransaction,
  organizationId: number,
  owners: readonly string[],
): Promise<Map<string, KnownOwner>> {
  const named = [...new Set(owners.map((owner) => owner.toLowerCase()))];
  const known = new Map<string, KnownOwner>();
  for (const [email, { id, name }] of await peopleOfEmails(db, organizationId, named))
    known.set(email, { type: 'person', id, name, called: name });
  const slugs = named.map((owner) => [owner, teamSlugOf(owner)] as const).filter(([, slug]) => slug !== '');
  if (slugs.length === 0) return known;
  const teams = new Map((await teamsOf(db, organizationId)).map((team) => [team.slug, team]));
  for (const [owner, slug] of slugs) {
    const team = teams.get(slug);
    if (team) known.set(owner, { type: 'team', id: String(team.id), name: team.name, called: `#${slug}` });
  }
  return known;
}

/** Those of a rule, in its order. */
export const ownersHere = (
  { owners }: Pick<OwnerRule, 'owners'>,
  known: ReadonlyMap<string, KnownOwner>,
): KnownOwner[] => owners.flatMap((owner) => known.get(owner.toLowerCase()) ?? []);

/** The column of better-auth's table that owners are found by. */
interface UserTable {
  id: string;
  name: string;
  email: string;
}

interface KnownPerson {
  id: string;
  name: string;
}

/** Members of the organization by their e-mail, in lower case; who is none is not among them. */
export async function peopleOfEmails(
  db: MetadataDb | MetadataTransaction,
  organizationId: number,
  emails: readonly string[],
): Promise<Map<string, KnownPerson>> {
  const wanted = [...new Set(emails.map((email) => email.toLowerCase()))].filter((email) =>
    /^[^#@]/.test(email),
  );
  const people = new Map<string, KnownPerson>();
  for (const part of statementParts(wanted, 1)) {
    const rows = await db
      .withTables<{ user: UserTable }>()
      .selectFrom('member')
      .innerJoin('user', 'user.id', 'member.user_id')
      .select(['user.id', 'user.name', 'user.email'])
      .where('member.organization_id', '=', organizationId)
      .where('user.email', 'in', part)
      .execute();
    for (const { id, name, email } of rows) people.set(email.toLowerCase(), { id, name });
  }
  return people;
}
