/**
 * One file as it may be looked at: pictures by an address that serves pictures only, texts as text of ours. Nothing of
 * a stranger's file is read by the browser as a page.
 */
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Attachment } from '#contract/events.ts';
import { api } from '#web/client.ts';
import { PREFIX } from '#web/prefix.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize } from '#web/ui/number.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { JsonText } from './json-text.tsx';
import { readViewTree } from './view-tree.ts';
import { ViewTree } from './view-tree.tsx';

interface AttachmentPreviewProps {
  attachment: Attachment;
  kind: NonNullable<Attachment['preview']>;
}

export function AttachmentPreview({ attachment, kind }: AttachmentPreviewProps) {
  return kind === 'image' ? (
    <Picture attachment={attachment} />
  ) : (
    <Text attachment={attachment} kind={kind} />
  );
}

function Picture({ attachment: { id, name } }: { attachment: Attachment }) {
  const [failed, setFailed] = useState(false);
  if (failed)
    return (
      <p className="text-sm text-ink-faint">
        Its bytes are no picture that is shown here. Download it instead.
      </p>
    );
  const address = `${PREFIX}/api/v1/attachments/${encodeURIComponent(id)}/image`;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" className="inline-block max-w-full">
      <img
        src={address}
        alt={`The attachment ${name}`}
        loading="lazy"
        onError={() => setFailed(true)}
        className="max-h-[32rem] max-w-full rounded-md border border-line bg-sunken object-contain"
      />
    </a>
  );
}

function Text({ attachment, kind }: AttachmentPreviewProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['attachment-text', attachment.id],
    queryFn: ({ signal }) => api.attachmentText(attachment.id, signal),
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  if (error) return <ErrorState error={error} retry={refetch} what="The file could not be shown" />;
  if (!data) return <SkeletonLines lines={4} />;
  const { text, cutShort } = data;
  const tree = kind === 'view_hierarchy' ? readViewTree(text) : null;
  return (
    <div className="flex flex-col gap-1">
      {tree ? (
        <ViewTree {...tree} />
      ) : (
        <ScrollArea
          label={`Content of ${attachment.name}`}
          className="max-h-96 overflow-auto rounded-md border border-line bg-sunken p-3"
        >
          {kind === 'text' ? (
            <pre className="font-mono text-xs leading-5">
              <bdi>{text}</bdi>
            </pre>
          ) : (
            <JsonText text={text} />
          )}
        </ScrollArea>
      )}
      {cutShort && (
        <p className="text-xs text-ink-faint">
          The first {byteSize(text.length)} of {byteSize(attachment.bytes)}. Download it for the rest.
        </p>
      )}
    </div>
  );
}
