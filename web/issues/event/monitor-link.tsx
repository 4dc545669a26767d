/** An event that a monitor made leads back to it. */
import { Link } from '@tanstack/react-router';
import { Timer } from 'lucide-react';

interface MonitorLinkProps {
  payload: Record<string, unknown>;
}

export function MonitorLink({ payload }: MonitorLinkProps) {
  const slug = slugOf(payload);
  if (slug === null) return null;
  return (
    <p className="flex items-center gap-2 rounded-lg border border-line bg-surface px-4 py-2.5 text-sm">
      <Timer aria-hidden className="size-4 shrink-0 text-ink-faint" />
      <span className="min-w-0 [overflow-wrap:anywhere]">
        Found by the monitor{' '}
        <Link to="/monitors" search={{ query: slug }} className="font-medium text-accent hover:underline">
          <bdi>{slug}</bdi>
        </Link>
      </span>
    </p>
  );
}

/** Anybody can send such a context: it is only a link to a search. */
function slugOf({ contexts, logger }: Record<string, unknown>): string | null {
  if (logger !== 'monitor' || typeof contexts !== 'object' || contexts === null) return null;
  const { monitor } = contexts as { monitor?: { slug?: unknown } };
  return typeof monitor?.slug === 'string' ? monitor.slug : null;
}
