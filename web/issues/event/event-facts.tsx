/** Who and where: the facts of one event that are read at a glance, beside its stack. */
import { Link } from '@tanstack/react-router';
import { UserRound } from 'lucide-react';
import type { ReactNode } from 'react';
import { tagTermText } from '#web/issues/search-query.ts';
import { Card } from '#web/ui/card.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { ExternalLink } from '#web/ui/external-link.tsx';
import { Pairs } from '#web/ui/pairs.tsx';
import { safeUrl } from '#web/ui/safe-url.ts';
import { termText } from '#web/ui/search-terms.ts';
import { ValueView } from '#web/ui/value-view.tsx';
import type { EventView } from './payload.ts';

interface EventFactsProps {
  event: EventView;
  eventId: string;
  issueId: string;
}

export function EventFacts({ event, eventId, issueId }: EventFactsProps) {
  const trace = event.contexts.find((context) => context.name === 'trace')?.values ?? [];
  const traceId = trace.find(([name]) => name === 'trace_id')?.[1];
  const facts = [
    ['Level', event.level],
    ['Release', event.release],
    ['Build', event.dist],
    ['Environment', event.environment],
    ['Transaction', event.transaction],
    ['Host', event.serverName],
    ['Logger', event.logger],
    ['Platform', event.platform],
  ].filter((fact): fact is [string, string] => fact[1] !== '');
  return (
    <>
      {event.user.length > 0 && (
        <Card title="User">
          <UserFacts user={event.user} />
        </Card>
      )}
      <Card title="Event">
        <dl className="grid grid-cols-[6rem_minmax(0,1fr)] gap-x-3 gap-y-1 text-xs">
          {facts.map(([name, value]) => (
            <Fact key={name} name={name}>
              {name === 'Release' ? (
                <Link
                  to="/releases/$version"
                  params={{ version: value }}
                  className="[overflow-wrap:anywhere] text-accent hover:underline"
                >
                  <bdi>{value}</bdi>
                </Link>
              ) : (
                <bdi className="[overflow-wrap:anywhere]">{value}</bdi>
              )}
            </Fact>
          ))}
          {typeof traceId === 'string' && traceId !== '' && (
            <Fact name="Trace">
              <span className="flex min-w-0 items-center">
                <Link
                  to="/traces/$traceId"
                  params={{ traceId }}
                  search={{ event: eventId }}
                  title={`The trace ${traceId}`}
                  className="truncate font-mono text-accent hover:underline"
                >
                  <bdi>{traceId}</bdi>
                </Link>
                <CopyButton text={traceId} what="trace id" className="-my-1" />
              </span>
            </Fact>
          )}
          {event.sdk.name && (
            <Fact name="SDK">
              <bdi className="[overflow-wrap:anywhere]">
                {event.sdk.name} {event.sdk.version}
              </bdi>
            </Fact>
          )}
        </dl>
      </Card>
      {event.tags.length > 0 && (
        <Card title="Tags" note={String(event.tags.length)}>
          <Pairs
            pairs={event.tags}
            draw={(name, value) => <TagValue name={name} value={String(value)} issueId={issueId} />}
          />
        </Card>
      )}
    </>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-ink-faint">{name}</dt>
      <dd className="min-w-0">{children}</dd>
    </>
  );
}

/** Leads to the occurrences of this issue that have the same value. */
function TagValue({ name, value, issueId }: { name: string; value: string; issueId: string }) {
  if (value === '') return <ValueView value="" />;
  if (safeUrl(value)) return <ExternalLink url={value} />;
  return (
    <Link
      to="/issues/$issueId/{-$tab}"
      params={{ issueId, tab: 'occurrences' }}
      search={{ query: tagTermText(name, value) }}
      title="Occurrences with this value"
      className="[overflow-wrap:anywhere] hover:text-accent hover:underline"
    >
      <bdi>{value}</bdi>
    </Link>
  );
}

function UserFacts({ user }: { user: EventView['user'] }) {
  const fields = new Map(user);
  const name = ['name', 'username', 'email', 'id', 'ip_address']
    .map((key) => fields.get(key))
    .find((value) => typeof value === 'string' && value !== '');
  const id = fields.get('id');
  return (
    <div className="flex flex-col gap-2">
      <div className="flex items-center gap-2">
        <span
          aria-hidden
          className="flex size-7 shrink-0 items-center justify-center rounded-full bg-accent-soft text-accent-strong"
        >
          <UserRound className="size-4" />
        </span>
        <bdi className="min-w-0 text-sm font-medium [overflow-wrap:anywhere]">
          {String(name ?? 'Unknown')}
        </bdi>
      </div>
      <Pairs pairs={user} />
      {typeof id === 'string' && id !== '' && (
        <Link
          to="/issues"
          search={{ query: termText('user.id', id) }}
          className="text-xs text-accent hover:underline"
        >
          All issues of this user
        </Link>
      )}
    </div>
  );
}
