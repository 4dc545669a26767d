/** Lines of logs of a kind that the release before did not write. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { Card } from '#web/ui/card.tsx';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { counted } from '#web/ui/number.ts';
import { termText } from '#web/ui/search-terms.ts';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { releasePatternsQuery } from './releases-queries.ts';

export function ReleasePatterns({ version, project }: { version: string; project: string | undefined }) {
  const { data, error } = useQuery(releasePatternsQuery(version, project));
  return (
    <Card title="New patterns of logs" note="within a week of its first event" flush>
      {error ? (
        <p className="px-4 py-3 text-sm text-ink-faint">{sentenceOf(error)}</p>
      ) : !data ? (
        <SkeletonLines lines={3} className="p-4" />
      ) : data.items === null ? (
        <p className="px-4 py-3 text-sm text-ink-faint">
          No logs name the release before it, so there is nothing to compare with. Give log records a{' '}
          <code>release</code> or <code>service.version</code>.
        </p>
      ) : data.items.length === 0 ? (
        <p className="px-4 py-3 text-sm text-ink-faint">Nothing the release before did not write too.</p>
      ) : (
        <ul aria-label="New patterns of logs">
          {data.items.map(({ id, template, records }) => (
            <li
              key={id}
              className="relative flex items-baseline gap-3 border-b border-line px-4 py-2 text-xs last:border-0 hover:bg-hover"
            >
              <Link
                to="/logs"
                search={{
                  project,
                  query: `${termText('pattern', id)} ${termText('release', version)}`,
                  period: '7d',
                }}
                className="min-w-0 flex-1 font-mono [overflow-wrap:anywhere] outline-none after:absolute after:inset-0"
              >
                <bdi>{template}</bdi>
              </Link>
              <span className="shrink-0 text-ink-soft">{counted(records, 'record')}</span>
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}
