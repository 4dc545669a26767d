/** The sides of an issue, in the order of the tabs; one arrives at the stack, which is there at once. */
export const TABS = [
  { id: 'story', label: 'Story' },
  { id: 'stack', label: 'Stack' },
  { id: 'impact', label: 'Impact' },
  { id: 'different', label: 'Different' },
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
export const isOfOneEvent = (tab: TabId) =>
  tab === 'stack' || tab === 'story' || tab === 'grouping' || tab === 'raw';
