/** One line on top of every page while something is wrong with the program itself. Nothing while all is well. */
import { useQuery } from '@tanstack/react-query';
import { TriangleAlert } from 'lucide-react';
import { api } from '#web/client.ts';
import { byteSize } from '#web/ui/number.ts';
import { sentencesOf } from './status-sentences.ts';

/** Often enough to see a restart of the engine, which takes a few seconds, come and go. */
const ASK_EVERY_MS = 10_000;

export function StatusBanner() {
  const { data, error } = useQuery({
    queryKey: ['status'],
    queryFn: ({ signal }) => api.status(signal),
    refetchInterval: ASK_EVERY_MS,
    retry: 1,
  });
  const sentences = sentencesOf(data, error);
  if (sentences.length === 0) return null;
  return (
    <div
      role="status"
      className="flex items-start gap-2.5 border-b border-line bg-warn-soft px-4 py-2 text-sm text-warn md:px-6"
    >
      <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
      <div className="min-w-0 flex-1">
        {sentences.map((sentence) => (
          <p key={sentence} className="[overflow-wrap:anywhere]">
            {sentence}
          </p>
        ))}
      </div>
      {data && data.backlogBytes > 0 && (
        <span className="shrink-0 text-xs" title="Accepted and safe on disk, not yet on the pages">
          {byteSize(data.backlogBytes)} waiting
        </span>
      )}
    </div>
  );
}
