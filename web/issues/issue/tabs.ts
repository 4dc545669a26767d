/** The sides of an issue, in the order of the tabs; the first is where one arrives. */
export const TABS = [
  { id: 'stack', label: 'Stack' },
  { id: 'impact', label: 'Impact' },
  { id: 'occurrences', label: 'Occurrences' },
  { id: 'users', label: 'Users' },
  { id: 'feedback', label: 'User feedback' },
  { id: 'activity', label: 'Activity' },
  { id: 'grouping', label: 'Why grouped' },
  { id: 'hashes', label: 'Merge and split' },
  { id: 'raw', label: 'Raw' },
] as const;

export type TabId = (typeof TABS)[number]['id'];

/** `tags` is what impact was called. */
export const readTab = (text: string | undefined): TabId =>
  TABS.find((tab) => tab.id === (text === 'tags' ? 'impact' : text))?.id ?? 'stack';

/** Tabs that show one occurrence and so have the bar to walk through them. */
export const isOfOneEvent = (tab: TabId) => tab === 'stack' || tab === 'grouping' || tab === 'raw';
