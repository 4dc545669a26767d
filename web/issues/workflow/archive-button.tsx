/** Archive: until the issue escalates, or until what one chooses. */
import {
  Archive,
  Clock,
  Infinity as ForEver,
  Hash,
  SlidersHorizontal,
  TrendingUp,
  Users,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { IssueUpdate } from '#contract/issues.ts';
import type { ArchiveUntil } from '#contract/workflow.ts';
import { MenuItem, MenuLine, MenuNote } from '#web/ui/menu.tsx';
import { untilWords } from './change-words.ts';
import { SplitButton } from './split-button.tsx';

// Looked at by few: not in the first view of the screen.
const ArchiveDialog = lazy(async () => ({ default: (await import('./archive-dialog.tsx')).ArchiveDialog }));

/** What a plain press means: noise is kept away, and a flood is told. */
export const ARCHIVE: IssueUpdate = { status: 'archived', archive: { until: 'escalating' } };

const ICONS = { escalating: TrendingUp, forever: ForEver, time: Clock, events: Hash, users: Users } as const;
const WAYS: readonly (readonly ArchiveUntil[])[] = [
  [{ until: 'escalating' }, { until: 'forever' }],
  [
    { until: 'time', minutes: 60 },
    { until: 'time', minutes: 1_440 },
    { until: 'time', minutes: 10_080 },
  ],
  [
    { until: 'events', count: 10 },
    { until: 'events', count: 100 },
    { until: 'events', count: 100, windowMinutes: 60 },
    { until: 'users', count: 10 },
  ],
];

export function ArchiveButton({
  onChange,
  size,
  compact,
}: {
  onChange: (change: IssueUpdate) => void;
  size?: 'small' | 'medium';
  /** On narrow screens the icon alone. */
  compact?: boolean;
}) {
  const [asking, setAsking] = useState(false);
  const archive = (until: ArchiveUntil) => onChange({ status: 'archived', archive: until });
  return (
    <>
      <SplitButton
        size={size}
        title="Archive until it escalates (a)"
        onPress={() => onChange(ARCHIVE)}
        face={
          <>
            <Archive aria-hidden />
            <span className={compact ? 'max-sm:sr-only' : undefined}>Archive</span>
          </>
        }
        listLabel="Until when"
      >
        <MenuNote>Kept out of the list of unresolved issues.</MenuNote>
        {WAYS.map((group, index) => (
          <div key={group[0]!.until}>
            {index > 0 && <MenuLine />}
            {group.map((way) => {
              const Icon = ICONS[way.until];
              const words = untilWords(way);
              return (
                <MenuItem key={words} onSelect={() => archive(way)}>
                  <Icon aria-hidden />
                  {words[0]!.toUpperCase() + words.slice(1)}
                </MenuItem>
              );
            })}
          </div>
        ))}
        <MenuItem onSelect={() => setAsking(true)}>
          <SlidersHorizontal aria-hidden />
          Other times and counts…
        </MenuItem>
      </SplitButton>
      {asking && (
        <Suspense>
          <ArchiveDialog onArchive={archive} onClose={() => setAsking(false)} />
        </Suspense>
      )}
    </>
  );
}
