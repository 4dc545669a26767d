/** A page that does not exist, or that broke. */
import { Link } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { buttonClass } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';

export function PageProblem({ error, retry }: { error?: unknown; retry?: () => void }) {
  if (error !== undefined) return <ErrorState error={error} retry={retry} what="This page broke" wholePage />;
  return (
    <EmptyState
      wholePage
      icon={<Compass aria-hidden />}
      title="There is no page at this address"
      actions={
        <Link to="/issues" className={buttonClass('primary')}>
          Go to the issues
        </Link>
      }
    >
      <p>It may have been moved or deleted, or the address was cut short when it was copied.</p>
    </EmptyState>
  );
}
