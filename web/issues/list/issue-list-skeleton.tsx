/** Rows on their way, as high as rows. */
import { Skeleton } from '#web/ui/skeleton.tsx';
import { columns } from './issue-row.tsx';

export function IssueListSkeleton() {
  return (
    <div aria-busy>
      <span className="sr-only">Loading the issues…</span>
      {Array.from(Array(12).keys(), (row) => (
        <div key={row} aria-hidden className={`${columns(true)} items-center border-b border-line py-2.5`}>
          <Skeleton className="size-4" />
          <div className="flex flex-col gap-2 py-1">
            <Skeleton className={`h-3.5 ${['w-2/3', 'w-1/2', 'w-4/5'][row % 3]}`} />
            <Skeleton className="h-3 w-1/3" />
          </div>
          <Skeleton className="hidden h-6 lg:block" />
          <Skeleton className="hidden h-3.5 w-8 justify-self-end md:block" />
          <Skeleton className="hidden h-3.5 w-8 justify-self-end md:block" />
          <Skeleton className="hidden h-3.5 w-8 justify-self-end md:block" />
          <Skeleton className="hidden size-6 rounded-full md:block" />
          <Skeleton className="hidden h-3.5 w-16 justify-self-end md:block" />
        </div>
      ))}
    </div>
  );
}
