/** The event as it is stored. */
import { Download } from 'lucide-react';
import { useMemo } from 'react';
import type { EventDetail } from '#contract/events.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { byteSize } from '#web/ui/number.ts';
import { saveFile } from '#web/ui/save-file.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';

/** A browser lays out this much text without a pause; the whole of it can be saved. */
const CHARACTERS_SHOWN = 200_000;

export function RawView({ detail }: { detail: EventDetail }) {
  const text = useMemo(() => JSON.stringify(detail.payload, null, 2), [detail.payload]);
  return (
    <Card
      title="JSON"
      note={byteSize(text.length)}
      actions={
        <>
          <CopyButton text={text} what="JSON" words="Copy" />
          <Button
            look="ghost"
            size="small"
            onClick={() => saveFile(`event-${detail.id}.json`, text, 'application/json')}
          >
            <Download aria-hidden />
            Save
          </Button>
        </>
      }
      flush
    >
      <ScrollArea label="JSON of the event" className="max-h-[75vh] overflow-auto rounded-b-lg bg-sunken p-4">
        <pre dir="ltr" className="font-mono text-xs leading-5">
          {text.slice(0, CHARACTERS_SHOWN)}
        </pre>
      </ScrollArea>
      {text.length > CHARACTERS_SHOWN && (
        <p className="border-t border-line px-4 py-2 text-xs text-ink-faint">
          The first {byteSize(CHARACTERS_SHOWN)} of {byteSize(text.length)}. Copy or save it to have all of
          it.
        </p>
      )}
    </Card>
  );
}
