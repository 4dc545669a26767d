/**
 * What likely caused the occurrence, in a line above its stack, with the way to that line in the story. Asked for when the
 * stack is on the screen; nothing while it is on its way, and nothing where no cause was counted.
 */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Crosshair } from 'lucide-react';
import { useEffect, useState } from 'react';
import { api } from '#web/client.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { LINES_SENT_MS } from './story-query.ts';

/** A story costs the engine ten times what a stack does: whoever only pages through occurrences asks for none, ms. */
const STAYING_MS = 600;

export function CauseHint({ issueId, eventId }: { issueId: string; eventId: string }) {
  const [isStaying, setStaying] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setStaying(true), STAYING_MS);
    return () => clearTimeout(timer);
  }, []);
  const { data } = useQuery({
    enabled: isStaying,
    queryKey: ['issue', issueId, 'cause', eventId],
    queryFn: ({ signal }) => api.eventCause(issueId, eventId, signal),
    staleTime: 60_000,
    retry: false,
    refetchOnWindowFocus: false,
    refetchInterval: ({ state }) => (state.data?.isEarly ? LINES_SENT_MS : false),
  });
  if (!data?.cause) return null;
  const { evidence, itemId, eventId: event } = data.cause;
  return (
    <p
      aria-live="polite"
      className="mb-4 flex items-start gap-2 rounded-md border border-warn/40 bg-warn-soft px-3 py-2 text-sm"
    >
      <Crosshair aria-hidden className="mt-0.5 size-4 shrink-0 text-warn" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        <span className="font-semibold text-warn">Likely cause: </span>
        <bdi>{revealBidi(evidence)}</bdi>{' '}
        <Link
          to="/issues/$issueId/{-$tab}"
          params={{ issueId, tab: 'story' }}
          search={{ event, line: itemId }}
          className="text-accent underline underline-offset-2"
        >
          Show it in the story
        </Link>
      </span>
    </p>
  );
}
