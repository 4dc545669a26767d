/** The sides of a project's settings, in the order of their use; the first is where one arrives. */
export const PROJECT_TABS = [
  { id: 'general', label: 'General' },
  { id: 'issues', label: 'Issues' },
  { id: 'filters', label: 'Filters' },
  { id: 'grouping', label: 'Grouping' },
  { id: 'limits', label: 'Limits' },
  { id: 'code', label: 'Code and owners' },
  { id: 'source-maps', label: 'Source maps' },
] as const;

export type ProjectTabId = (typeof PROJECT_TABS)[number]['id'];

export const readProjectTab = (text: string | undefined): ProjectTabId =>
  PROJECT_TABS.find((tab) => tab.id === text)?.id ?? 'general';
