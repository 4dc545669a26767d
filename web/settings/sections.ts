/** The pages of the settings, in the order of their use. */
export const SECTIONS = [
  { id: 'projects', label: 'Projects' },
  { id: 'repositories', label: 'Repositories' },
  { id: 'members', label: 'Members' },
  { id: 'teams', label: 'Teams' },
  { id: 'notifications', label: 'Notifications' },
  { id: 'integrations', label: 'Integrations' },
  { id: 'tokens', label: 'API tokens' },
  { id: 'audit', label: 'Audit trail' },
  { id: 'account', label: 'Account' },
  { id: 'appearance', label: 'Appearance' },
] as const;

export type SectionId = (typeof SECTIONS)[number]['id'];

export const readSection = (text: string | undefined): SectionId =>
  SECTIONS.find((each) => each.id === text)?.id ?? 'projects';
