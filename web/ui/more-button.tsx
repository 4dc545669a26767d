/** Below a list that is had in pages: the next one, as long as there is one. */
import type { ReactNode } from 'react';
import { Button } from './button.tsx';

interface MoreButtonProps {
  /** As useInfiniteQuery has them. */
  pages: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  className?: string;
  children: ReactNode;
}

export function MoreButton({ pages, className = 'm-3', children }: MoreButtonProps) {
  if (!pages.hasNextPage) return null;
  return (
    <Button className={className} disabled={pages.isFetchingNextPage} onClick={() => pages.fetchNextPage()}>
      {pages.isFetchingNextPage ? 'Loading…' : children}
    </Button>
  );
}
