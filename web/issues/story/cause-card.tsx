/** The answer first: the line that likely caused the error, why one thinks so, and the way to it. */
import { Crosshair } from 'lucide-react';
import type { Story } from '#contract/story.ts';
import { Button } from '#web/ui/button.tsx';
import { revealBidi } from '#web/ui/reveal-bidi.ts';

export function CauseCard({ story: { cause, items }, onShow }: { story: Story; onShow: () => void }) {
  const item = items.find(({ id }) => id === cause.itemId);
  if (!item)
    return (
      <p className="text-sm text-ink-soft">
        <span className="font-semibold">No likely cause. </span>
        {cause.text}
      </p>
    );
  return (
    <section
      aria-labelledby="likely-cause"
      className="flex flex-wrap items-start gap-x-3 gap-y-2 rounded-lg border border-warn/40 bg-warn-soft px-4 py-3"
    >
      <Crosshair aria-hidden className="mt-0.5 size-5 shrink-0 text-warn" />
      <div className="min-w-0 flex-1 basis-64">
        <h2 id="likely-cause" className="text-sm font-semibold text-warn">
          Likely cause
        </h2>
        <p className="mt-0.5 text-sm [overflow-wrap:anywhere] text-ink">
          <bdi>{revealBidi(cause.text)}</bdi>
        </p>
        {cause.state === 'uncounted' && (
          <p className="mt-1 text-xs text-ink-soft">Marked by what it says alone: counting took too long.</p>
        )}
      </div>
      <Button onClick={onShow}>Show the line</Button>
    </section>
  );
}
