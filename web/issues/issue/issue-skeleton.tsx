/** An issue on its way, with everything where it will be. */
import { Skeleton, SkeletonLines } from '#web/ui/skeleton.tsx';

export function IssueSkeleton() {
  return (
    <div aria-busy className="flex flex-col gap-4 px-4 py-4 md:px-6">
      <span className="sr-only">Loading the issue…</span>
      <Skeleton className="h-4 w-40" />
      <div className="flex flex-col gap-2.5">
        <Skeleton className="h-6 w-72 max-w-full" />
        <Skeleton className="h-4 w-3/5" />
        <Skeleton className="h-3 w-48" />
      </div>
      <Skeleton className="h-44 w-full rounded-lg md:h-36" />
      <SkeletonLines lines={8} />
    </div>
  );
}
