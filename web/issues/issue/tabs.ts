/** The sides of an issue, in the order of the tabs; one arrives at the stack, which is there at once. */
export const TABS = [
  { id: 'story', label: 'Story' },
  { id: 'stack', label: 'Stack' },
  { id: 'occurrences', label: 'Occurrences' },
  { id: 'tags', label: 'Tags' },
  { id: 'users', label: 'Users' },
  { id: 'activity', label: 'Activity' },
  { id: 'grouping', label: 'Grouping' },
] as const;

/** An occurrence as it is stored has an address and no tab: the bar of an occurrence leads there. */
export type TabId = (typeof TABS)[number]['id'] | 'raw';

export const readTab = (text: string | undefined): TabId =>
  text === 'raw' ? text : (TABS.find((tab) => tab.id === text)?.id ?? 'stack');

/** Sides that were tabs of their own: mails, chats and bookmarks lead there for ever. */
const MOVED = new Map<string | undefined, { tab: TabId; hash?: string }>([
  ['impact', { tab: 'tags', hash: 'impact' }],
  ['different', { tab: 'tags' }],
  ['feedback', { tab: 'users', hash: 'feedback' }],
  ['hashes', { tab: 'grouping', hash: 'merge' }],
]);

export const movedTab = (text: string | undefined) => MOVED.get(text);

/** Tabs that show one occurrence and so have the bar to walk through them. */
export const isOfOneEvent = (tab: TabId) =>
  tab === 'stack' || tab === 'story' || tab === 'grouping' || tab === 'raw';
