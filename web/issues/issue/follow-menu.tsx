/** Who hears of the issue and why, and whether one wants to oneself. */
import { Bell, BellRing } from 'lucide-react';
import type { IssueDetail } from '#contract/issues.ts';
import type { Follower } from '#contract/teamwork.ts';
import { useTeamwork } from '#web/issues/use-teamwork.ts';
import { useSession } from '#web/session.ts';
import { Avatar } from '#web/ui/avatar.tsx';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { Popover } from '#web/ui/popover.tsx';

const REASONS: Record<Follower['reason'], string> = {
  by_hand: 'wants to',
  assigned: 'it is theirs',
  team_assigned: 'it is their team’s',
  commented: 'said something',
  mentioned: 'was mentioned',
  team_mentioned: 'their team was mentioned',
  changed_status: 'changed its status',
};

export function FollowMenu({ issue }: { issue: IssueDetail }) {
  const me = useSession()?.user;
  const { follow } = useTeamwork();
  const { following, followers } = issue;
  const Icon = following ? BellRing : Bell;
  return (
    <Popover
      label="Followers"
      className="flex w-76 flex-col gap-2.5"
      trigger={
        <button type="button" title="Who follows it" className={buttonClass('secondary', 'medium', 'px-2')}>
          <Icon aria-hidden className={following ? 'text-accent' : undefined} />
          <span className="sr-only">{following ? 'You follow it' : 'You do not follow it'}; followers:</span>
          <span className="text-xs text-ink-soft">{followers.length}</span>
        </button>
      }
    >
      {followers.length === 0 ? (
        <p className="text-sm text-ink-soft">
          Nobody follows it. Whoever it is assigned to does, and who comments, is mentioned or changes its
          status.
        </p>
      ) : (
        <ul aria-label="Followers" className="flex flex-col gap-1.5">
          {followers.map(({ id, name, reason }) => (
            <li key={id} className="flex min-w-0 items-center gap-2 text-sm">
              <Avatar name={name} />
              <bdi className="min-w-0 flex-1 truncate">{id === me?.id ? `${name} (you)` : name}</bdi>
              <span className="shrink-0 text-xs text-ink-faint">{REASONS[reason]}</span>
            </li>
          ))}
        </ul>
      )}
      <Button size="small" onClick={() => follow({ id: issue.id, on: !following })}>
        {following ? 'Follow it no more' : 'Follow it'}
      </Button>
    </Popover>
  );
}
