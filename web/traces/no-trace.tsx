/** Nothing is stored of a trace id: why that may be, and what to do next. */
import { Link } from '@tanstack/react-router';
import { ChartGantt } from 'lucide-react';
import { useSession } from '#web/session.ts';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { EmptyState } from '#web/ui/empty-state.tsx';

export function NoTrace({ traceId, retry }: { traceId: string; retry: () => void }) {
  const slug = useSession()?.projects[0]?.slug;
  return (
    <EmptyState
      wholePage
      icon={<ChartGantt aria-hidden />}
      title="Nothing is kept of this trace"
      actions={
        <>
          <Button look="primary" onClick={retry}>
            Look again
          </Button>
          <Link
            to="/logs"
            search={{ query: `"${traceId.replaceAll(/["\\*]/g, '')}"`, period: '30d' }}
            className={buttonClass()}
          >
            Search the logs for the id
          </Link>
          {slug !== undefined && (
            <Link
              to="/projects/$slug/setup"
              params={{ slug }}
              search={{ platform: 'otlp' }}
              className={buttonClass()}
            >
              Send traces
            </Link>
          )}
        </>
      }
    >
      <p>
        There are no spans, log lines or errors with the id{' '}
        <bdi className="font-mono text-xs [overflow-wrap:anywhere]">{traceId.slice(0, 100)}</bdi>.
      </p>
      <p>
        What was sent a moment ago is here in a few seconds. What is older than the retention is gone. Lines
        and errors stand here when they carry a trace id; with OpenTelemetry or a Sentry SDK they do.
      </p>
    </EmptyState>
  );
}
