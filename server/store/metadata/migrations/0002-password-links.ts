/** One-time links are not invitations alone: one may let a member choose a new password. */
export function passwordLinks(): string[] {
  return ["alter table invite add column purpose text not null default 'join'"];
}
