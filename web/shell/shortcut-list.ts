/** The keys as the help shows them. The screens bind them with `useShortcuts`. */
import type { Scope } from '#contract/people.ts';

type Shortcut = readonly [keys: string, what: string, needs?: Scope];

export const SHORTCUTS: readonly { title: string; keys: readonly Shortcut[] }[] = [
  {
    title: 'Everywhere',
    keys: [
      ['Ctrl K', 'Go to a screen, project or issue'],
      ['g i', 'Issues'],
      ['g l', 'Logs'],
      ['g t', 'Traces'],
      ['g r', 'Releases'],
      ['g a', 'Alerts'],
      ['g m', 'Monitors'],
      ['g f', 'Feedback'],
      ['g u', 'Usage'],
      ['g s', 'Settings'],
      ['?', 'This list'],
    ],
  },
  {
    title: 'Issues',
    keys: [
      ['j k', 'Next, previous issue'],
      ['Enter', 'Open the issue'],
      ['x', 'Select the issue', 'event:write'],
      ['e', 'Resolve', 'event:write'],
      ['E', 'Resolve in the next release', 'event:write'],
      ['a', 'Archive until it escalates', 'event:write'],
      ['A', 'Archive for ever', 'event:write'],
      ['u', 'Back to unresolved', 'event:write'],
      ['p h', 'Priority high; p m, p l too', 'event:write'],
      ['m', 'Merge the selected issues', 'event:write'],
      ['/', 'Search'],
      ['s', 'Saved queries'],
      ['.', 'Show what is new'],
    ],
  },
  {
    title: 'One issue',
    keys: [
      ['h l', 'Older, newer occurrence'],
      ['H L', 'Oldest, latest occurrence'],
      ['1 … 7', 'Tabs'],
      ['0', 'The occurrence as JSON, and back'],
      ['e a u', 'Resolve, archive, back to unresolved; E, A, p h too', 'event:write'],
      ['Esc', 'Back to the list'],
    ],
  },
  {
    title: 'Logs',
    keys: [
      ['j k', 'Next, previous line'],
      ['Enter', 'Open the line'],
      ['Esc', 'Close it'],
      ['/', 'Search'],
      ['w', 'Wrap long lines, or not'],
      ['f', 'Follow new lines, or stop'],
      ['p', 'List patterns, or lines'],
      ['c', 'Chart, or lines'],
      ['d', 'Compare with an earlier period, or lines'],
      ['s', 'Saved queries'],
      ['r', 'Ask again'],
      ['z', 'Zoom out'],
    ],
  },
  {
    title: 'One trace',
    keys: [
      ['↑ ↓', 'Previous, next row; j k too'],
      ['← →', 'Shut, open what is inside'],
      ['Enter', 'Open the detail'],
      ['Esc', 'Close it'],
      ['/', 'Find in the trace'],
      ['e', 'Next error'],
      ['z Z', 'Zoom to the span, to all'],
      ['l', 'With or without log lines'],
    ],
  },
  {
    title: 'Releases',
    keys: [
      ['j k', 'Next, previous release'],
      ['Enter', 'Open the release'],
      ['h l', 'In one: the older, the newer one'],
      ['Esc', 'Back to the list'],
    ],
  },
  {
    title: 'Story',
    keys: [
      ['j k', 'Next, previous line'],
      ['Enter', 'Open, close the line'],
      ['c', 'The likely cause'],
    ],
  },
  {
    title: 'Stack',
    keys: [
      ['s', 'Only our frames, or all'],
      ['o', 'Newest or oldest call first'],
      ['m', 'The original code, or the minified'],
      ['r', 'As plain text'],
    ],
  },
];
