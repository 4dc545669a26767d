/** Records that could not be processed, kept aside: to be read, driven through again, or thrown away. */
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Download, RefreshCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import type { DeadLetter } from '#contract/usage.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay, useSession } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button, IconButton } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { Dialog } from '#web/ui/dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { saveFile } from '#web/ui/save-file.ts';
import { ScrollArea } from '#web/ui/scroll-area.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { toast } from '#web/ui/toast.tsx';
import { printable } from './printable.ts';

/** Milliseconds until a letter that was driven through again is usually processed, marked and counted anew. */
const REDRIVE_TAKES_MS = 1_500;

export function DeadLetters({ project }: { project: string }) {
  const queryClient = useQueryClient();
  const projects = useSession()?.projects ?? [];
  const mayChange = useMay('event:admin');
  const [reading, setReading] = useState<DeadLetter | null>(null);
  const [deleting, setDeleting] = useState<DeadLetter | null>(null);
  const { data, error, refetch, hasNextPage, isFetchingNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['dead-letters', project],
    queryFn: ({ pageParam, signal }) => api.deadLetters({ project, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (last) => last.nextCursor ?? undefined,
  });
  const letters = data?.pages.flatMap((page) => page.items) ?? [];
  const changed = () => {
    queryClient.invalidateQueries({ queryKey: ['dead-letters'] });
    queryClient.invalidateQueries({ queryKey: ['usage'] });
  };
  const redrive = useMutation({
    mutationFn: api.redrive,
    onSuccess: () => {
      toast({ message: 'Driven through again. If it works now, it is counted as stored.' });
      changed();
      setTimeout(changed, REDRIVE_TAKES_MS);
    },
  });
  const remove = useMutation({
    mutationFn: api.deleteDeadLetter,
    onSuccess: () => {
      setDeleting(null);
      changed();
    },
  });

  return (
    <Card title="Dead letters" note={data?.pages[0] && fullNumber(data.pages[0].total)} flush>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The dead letters could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={4} className="p-4" />
      ) : letters.length === 0 ? (
        <p className="p-4 text-sm text-ink-faint">None. Everything that was accepted could be processed.</p>
      ) : (
        <>
          <ReadOnly
            scope="event:admin"
            what="try dead letters again or delete them"
            className="border-b border-line px-4 py-2"
          />
          <ul>
            {letters.map((letter) => (
              <li
                key={letter.id}
                className="flex flex-wrap items-start gap-x-4 gap-y-2 border-b border-line px-4 py-3 last:border-0"
              >
                <div className="min-w-0 flex-1 basis-64">
                  <p className="flex flex-wrap items-center gap-x-2 gap-y-1 text-sm">
                    <span className="font-medium">{letter.kind.replaceAll('_', ' ')}</span>
                    <span className="font-mono text-xs text-ink-faint">{letter.reason}</span>
                    {letter.redrivenAt && <Badge tone="info">tried again</Badge>}
                  </p>
                  <bdi className="mt-0.5 line-clamp-2 block font-mono text-xs [overflow-wrap:anywhere] text-ink-soft">
                    {letter.message}
                  </bdi>
                  <p className="mt-0.5 flex flex-wrap gap-x-2 text-xs text-ink-faint">
                    <RelativeTime time={letter.createdAt} />
                    <span>{byteSize(letter.bytes)}</span>
                    <span>
                      {projects.find((project) => project.id === letter.projectId)?.name ?? 'no project'}
                    </span>
                    <span title="Place in the journal">{letter.position}</span>
                  </p>
                </div>
                <div className="flex items-center gap-1">
                  <Button size="small" look="ghost" onClick={() => setReading(letter)}>
                    Read
                  </Button>
                  {mayChange && (
                    <>
                      <Button
                        size="small"
                        disabled={redrive.isPending}
                        onClick={() => redrive.mutate(letter.id)}
                      >
                        <RefreshCw aria-hidden />
                        Try again
                      </Button>
                      <IconButton label="Delete the dead letter" onClick={() => setDeleting(letter)}>
                        <Trash2 aria-hidden />
                      </IconButton>
                    </>
                  )}
                </div>
              </li>
            ))}
            {hasNextPage && (
              <li className="px-4 py-2">
                <Button
                  size="small"
                  look="ghost"
                  disabled={isFetchingNextPage}
                  onClick={() => fetchNextPage()}
                >
                  {isFetchingNextPage ? 'Loading…' : 'Show more'}
                </Button>
              </li>
            )}
          </ul>
        </>
      )}
      {reading && <RawLetter letter={reading} onClose={() => setReading(null)} />}
      {deleting && (
        <ConfirmDialog
          title="Delete this dead letter?"
          verb="Delete"
          busy={remove.isPending}
          onClose={() => setDeleting(null)}
          onConfirm={() => remove.mutate(deleting.id)}
        >
          Its {byteSize(deleting.bytes)} are gone then, and nobody can try it again. The ledger goes on
          counting it.
        </ConfirmDialog>
      )}
    </Card>
  );
}

/** Bytes drawn; the whole letter can be saved. */
const BYTES_SHOWN = 64_000;

function RawLetter({ letter, onClose }: { letter: DeadLetter; onClose: () => void }) {
  const { data, error, refetch } = useQuery({
    queryKey: ['dead-letter', letter.id],
    queryFn: ({ signal }) => api.deadLetterRaw(letter.id, signal),
  });
  return (
    <Dialog
      open
      onClose={onClose}
      title={`Dead letter, ${byteSize(letter.bytes)}`}
      description={<bdi>{letter.message}</bdi>}
      className="max-w-3xl"
    >
      {error ? (
        <ErrorState error={error} retry={refetch} what="It could not be read" />
      ) : !data ? (
        <SkeletonLines lines={6} />
      ) : (
        <div className="flex flex-col gap-3">
          <ScrollArea label="Content" className="max-h-[50vh] overflow-auto rounded-md bg-sunken p-3">
            <pre className="font-mono text-xs whitespace-pre-wrap [overflow-wrap:anywhere]">
              {printable(data.subarray(0, BYTES_SHOWN))}
            </pre>
          </ScrollArea>
          <div className="flex items-center justify-between gap-3">
            <p className="text-xs text-ink-faint">
              {data.length > BYTES_SHOWN && `The first ${byteSize(BYTES_SHOWN)}.`}
            </p>
            <Button
              onClick={() =>
                saveFile(`dead-letter-${letter.id}`, new Blob([data.slice()]), 'application/octet-stream')
              }
            >
              <Download aria-hidden />
              Save the bytes
            </Button>
          </div>
        </div>
      )}
    </Dialog>
  );
}
