/** Where the issue was before, and what was counted there: a line for each place. */
import { Import } from 'lucide-react';
import type { ImportedFrom } from '#contract/issues.ts';
import { counted } from '#web/ui/number.ts';

export function ImportedLine({ imported }: { imported: readonly ImportedFrom[] }) {
  if (imported.length === 0) return null;
  return (
    <ul aria-label="Imported" className="mx-4 mb-2 flex flex-col gap-1 text-xs text-ink-soft md:mx-6">
      {imported.map(({ source, shortId, url, events, users }) => (
        <li key={`${source} ${shortId}`} className="flex min-w-0 items-start gap-1.5">
          <Import aria-hidden className="mt-px size-3.5 shrink-0" />
          <span className="min-w-0 [overflow-wrap:anywhere]">
            Imported from{' '}
            {url ? (
              <a href={url} rel="noreferrer" className="underline hover:text-ink">
                {nameOf(source, shortId)}
              </a>
            ) : (
              nameOf(source, shortId)
            )}
            : {counted(events, 'event')}
            {users ? ` and ${counted(users, 'user')}` : ''} before the import
          </span>
        </li>
      ))}
    </ul>
  );
}

/** `sentry.example.com/acme/shop, SHOP-12` */
const nameOf = (source: string, shortId: string) =>
  [source.replace(/^https?:\/\//, ''), shortId].filter((part) => part !== '').join(', ');
