/** Something could not be fetched: the server's own sentence, and the way to try again. */
import { TriangleAlert } from 'lucide-react';
import { Button } from './button.tsx';
import { EmptyState } from './empty-state.tsx';

export function sentenceOf(error: unknown): string {
  return error instanceof Error && error.message
    ? error.message
    : 'Something went wrong, and no reason was given.';
}

interface ErrorStateProps {
  error: unknown;
  /** What could not be done, as a sentence. */
  what: string;
  retry?: () => void;
  wholePage?: boolean;
}

export function ErrorState({ error, retry, what, wholePage }: ErrorStateProps) {
  return (
    <div role="alert">
      <EmptyState
        icon={<TriangleAlert aria-hidden />}
        title={what}
        wholePage={wholePage}
        actions={retry && <Button onClick={retry}>Try again</Button>}
      >
        <p className="[overflow-wrap:anywhere]">{sentenceOf(error)}</p>
      </EmptyState>
    </div>
  );
}
