/** One sentence beside the numbers of an issue: how many of those who use the program today it hits. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ImpactScore } from '#web/issues/impact-score.tsx';
import { ACTIVE_FROM, finePercent } from '#web/issues/impact-words.ts';
import { counted, fullNumber } from '#web/ui/number.ts';
import { impactQuery } from './impact-queries.ts';

export function AffectedShare({ issueId }: { issueId: string }) {
  const { data } = useQuery(impactQuery(issueId, '24h'));
  return (
    // As high as its two lines before it is there, so that nothing below moves.
    <div className="min-h-10 border-t border-line pt-2 text-xs text-ink-soft">
      {data && (
        <>
          <p
            title={
              data.active
                ? `${fullNumber(data.active.users)} users, ${ACTIVE_FROM[data.active.from]}`
                : undefined
            }
          >
            {data.users.now === 0 ? (
              'No user hit in the last 24 h'
            ) : data.active && data.active.users > 0 ? (
              <>
                <b className="font-semibold text-ink">{finePercent(data.users.now, data.active.users)}</b> of
                the {counted(data.active.users, 'user')} active in the last 24 h
              </>
            ) : (
              `${counted(data.users.now, 'user')} in the last 24 h`
            )}
          </p>
          <p className="mt-0.5">
            Impact <ImpactScore impact={data.score} className="font-semibold text-ink" />{' '}
            <Link
              to="/issues/$issueId/{-$tab}"
              params={{ issueId, tab: 'tags' }}
              hash="impact"
              search={(old) => ({ event: old.event })}
              resetScroll={false}
              className="text-accent hover:underline"
            >
              What it is made of
            </Link>
          </p>
        </>
      )}
    </div>
  );
}
