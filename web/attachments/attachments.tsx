/** Files that came with an event: what can be looked at opens below its name, everything else is a download. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ChevronDown, ChevronRight, Download, Paperclip, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { Attachment } from '#contract/events.ts';
import { api } from '#web/client.ts';
import { PREFIX } from '#web/prefix.ts';
import { useMay } from '#web/session.ts';
import { buttonClass, IconButton } from '#web/ui/button.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { byteSize } from '#web/ui/number.ts';
import { toast } from '#web/ui/toast.tsx';
import { AttachmentPreview } from './attachment-preview.tsx';

interface AttachmentsProps {
  attachments: readonly Attachment[];
  /** The first picture is open at once. */
  openPicture?: boolean;
}

export function Attachments({ attachments, openPicture }: AttachmentsProps) {
  const picture = openPicture ? attachments.find(({ preview }) => preview === 'image')?.id : undefined;
  return (
    <ul aria-label="Attachments">
      {attachments.map((each) => (
        <Row key={each.id} attachment={each} startsOpen={each.id === picture} />
      ))}
    </ul>
  );
}

function Row({ attachment, startsOpen }: { attachment: Attachment; startsOpen: boolean }) {
  const [open, setOpen] = useState(startsOpen);
  const [asked, setAsked] = useState(false);
  const mayDelete = useMay('event:admin');
  const queryClient = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.deleteAttachment(attachment.id),
    onSuccess: () => {
      setAsked(false);
      queryClient.invalidateQueries();
    },
    onError: (error) => toast({ message: error.message, tone: 'danger' }),
  });
  const { id, name, bytes, contentType, preview, url } = attachment;
  const facts = (
    <span className="min-w-0 flex-1 text-left">
      <bdi className="block [overflow-wrap:anywhere]">{name}</bdi>
      <span className="text-xs text-ink-faint">
        {byteSize(bytes)} · <bdi>{contentType || 'unknown type'}</bdi>
      </span>
    </span>
  );
  const Chevron = open ? ChevronDown : ChevronRight;
  return (
    <li className="border-b border-line text-sm last:border-0">
      <div className="flex items-center gap-2 px-4 py-2">
        {preview ? (
          <button
            type="button"
            aria-expanded={open}
            aria-controls={`attachment-${id}`}
            onClick={() => setOpen(!open)}
            className="flex min-w-0 flex-1 items-center gap-2 rounded-md hover:underline"
          >
            <Chevron aria-hidden className="size-4 shrink-0 text-ink-faint" />
            {facts}
          </button>
        ) : (
          <>
            <Paperclip aria-hidden className="size-4 shrink-0 text-ink-faint" />
            {facts}
          </>
        )}
        {url.startsWith('/') && !url.startsWith('//') && (
          <a href={PREFIX + url} download className={buttonClass('secondary', 'small')}>
            <Download aria-hidden />
            Download
          </a>
        )}
        {mayDelete && (
          <IconButton label={`Delete ${name}`} onClick={() => setAsked(true)}>
            <Trash2 aria-hidden />
          </IconButton>
        )}
      </div>
      {preview && open && (
        <div id={`attachment-${id}`} className="px-4 pb-3">
          <AttachmentPreview attachment={attachment} kind={preview} />
        </div>
      )}
      {asked && (
        <ConfirmDialog
          title="Delete this file?"
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate()}
          onClose={() => setAsked(false)}
        >
          <bdi className="[overflow-wrap:anywhere]">{name}</bdi> is gone for everybody. The event stays.
        </ConfirmDialog>
      )}
    </li>
  );
}
