/** What is special about an issue now. Ongoing is not special and gets no badge in lists. */
import type { Issue } from '#contract/issues.ts';
import { Badge, type Tone } from '#web/ui/badge.tsx';

const LOOKS: Record<Issue['substate'], { word: string; tone: Tone; title: string }> = {
  new: { word: 'New', tone: 'accent', title: 'First seen within the last week' },
  regressed: { word: 'Regressed', tone: 'danger', title: 'It was resolved and has come back' },
  escalating: {
    word: 'Escalating',
    tone: 'danger',
    title: 'It was archived and happens much more often now',
  },
  ongoing: { word: 'Ongoing', tone: 'neutral', title: 'Known for more than a week, not resolved' },
  resolved: { word: 'Resolved', tone: 'good', title: 'Comes back as a regression when it happens again' },
  archived: { word: 'Archived', tone: 'neutral', title: 'Kept out of the list of unresolved issues' },
};

export function SubstateBadge({ substate, quiet }: { substate: Issue['substate']; quiet?: boolean }) {
  if (quiet && substate === 'ongoing') return null;
  const { word, tone, title } = LOOKS[substate];
  return (
    <Badge tone={tone} title={title}>
      {word}
    </Badge>
  );
}
