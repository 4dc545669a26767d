/** Files that came with the event. They are only ever downloaded: a stranger's file is not opened on our page. */
import { Download, Paperclip } from 'lucide-react';
import type { Attachment } from '#contract/events.ts';
import { PREFIX } from '#web/prefix.ts';
import { buttonClass } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { byteSize } from '#web/ui/number.ts';

export function Attachments({ attachments }: { attachments: readonly Attachment[] }) {
  return (
    <Card id="attachments" title="Attachments" note={String(attachments.length)} flush>
      <ul>
        {attachments.map((each) => (
          <li
            key={each.id}
            className="flex items-center gap-3 border-b border-line px-4 py-2 text-sm last:border-0"
          >
            <Paperclip aria-hidden className="size-4 shrink-0 text-ink-faint" />
            <div className="min-w-0 flex-1">
              <bdi className="block [overflow-wrap:anywhere]">{each.name}</bdi>
              <span className="text-xs text-ink-faint">
                {byteSize(each.bytes)} · <bdi>{each.contentType || 'unknown type'}</bdi>
              </span>
            </div>
            {each.url.startsWith('/') && !each.url.startsWith('//') && (
              <a href={PREFIX + each.url} download className={buttonClass('secondary', 'small')}>
                <Download aria-hidden />
                Download
              </a>
            )}
          </li>
        ))}
      </ul>
    </Card>
  );
}
