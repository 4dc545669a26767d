/** The name of the issue, how it stands, and what one can do about it. */
import { Link, useNavigate } from '@tanstack/react-router';
import {
  Bell,
  ChevronRight,
  CircleDot,
  Ellipsis,
  FileText,
  Link2,
  RotateCcw,
  Share2,
  Trash2,
} from 'lucide-react';
import { lazy, Suspense, useState } from 'react';
import type { IssueDetail, IssueUpdate } from '#contract/issues.ts';
import { EXPECTED_LABELS } from '#web/expected-labels.ts';
import { BookmarkButton } from '#web/issues/bookmark-button.tsx';
import { splitTitle } from '#web/issues/issue-title.ts';
import { LevelMark } from '#web/issues/level-mark.tsx';
import { SubstateBadge } from '#web/issues/substate-badge.tsx';
import { ArchiveButton } from '#web/issues/workflow/archive-button.tsx';
import { standingWords } from '#web/issues/workflow/change-words.ts';
import { PriorityMark, PriorityMenu } from '#web/issues/workflow/priority.tsx';
import { ResolveButton } from '#web/issues/workflow/resolve-button.tsx';
import { PREFIX } from '#web/prefix.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button, buttonClass } from '#web/ui/button.tsx';
import { CopyButton } from '#web/ui/copy-button.tsx';
import { copyText } from '#web/ui/copy-text.ts';
import { Menu, MenuItem, MenuLine } from '#web/ui/menu.tsx';
import { toast } from '#web/ui/toast.tsx';
import { AssigneeMenu } from './assignee-menu.tsx';
import { FollowMenu } from './follow-menu.tsx';
import { IssueLinks } from './issue-links.tsx';
import { issueMarkdown } from './issue-markdown.ts';
import { LogsBadge } from './logs-badge.tsx';

// Looked at by few: not in the first view of the screen.
const LinkDialog = lazy(async () => ({ default: (await import('./link-dialog.tsx')).LinkDialog }));
const ShareDialog = lazy(async () => ({ default: (await import('./share-dialog.tsx')).ShareDialog }));

interface IssueHeaderProps {
  issue: IssueDetail;
  onChange: (change: IssueUpdate) => void;
  onDelete: () => void;
}

async function copy(text: string, what: string) {
  toast({ message: (await copyText(text)) ? `Copied ${what}` : 'The browser did not let the page copy.' });
}

/** An alert that has begun to be written: what one may want to hear of this issue. */
const alertAbout = ({ shortId, project }: IssueDetail) => ({
  project: project.slug,
  draft: JSON.stringify({
    name: `${shortId} needs a look`,
    projects: [project.id],
    condition: {
      kind: 'issue',
      when: ['regressed', 'escalating', 'returned'],
      query: `issue:${shortId}`,
    },
  }),
});

export function IssueHeader({ issue, onChange, onDelete }: IssueHeaderProps) {
  const { type, message } = splitTitle(issue);
  const standing = standingWords(issue);
  const open = issue.status === 'unresolved';
  const mayWrite = useMay('event:write');
  const mayDelete = useMay('event:admin');
  const mayAlert = useMay('alerts:write');
  const navigate = useNavigate();
  const [sharing, setSharing] = useState(false);
  const [linking, setLinking] = useState(false);
  const link = `${window.location.origin}${PREFIX}/issues/${issue.id}`;
  return (
    <header className="flex flex-col gap-2 px-4 pt-3 pb-3 md:px-6">
      <div className="flex flex-wrap items-center gap-2">
        <nav aria-label="Where this is" className="flex min-w-0 items-center gap-1 text-xs text-ink-faint">
          <Link
            to="/issues"
            search={{ project: issue.project.slug }}
            className="truncate hover:text-ink hover:underline"
          >
            {issue.project.name}
          </Link>
          <ChevronRight aria-hidden className="size-3.5 shrink-0" />
          <span className="shrink-0 font-medium text-ink-soft">{issue.shortId}</span>
          <CopyButton text={issue.shortId} what="short id" className="-my-1 max-sm:hidden" />
        </nav>
        <div className="ml-auto flex items-center gap-2">
          <BookmarkButton issue={issue} />
          <FollowMenu issue={issue} />
        </div>
        {/* A row of its own on a phone, and only one. */}
        <div className="flex flex-wrap items-center justify-end gap-2 max-sm:w-full max-sm:gap-1">
          {mayWrite && <PriorityMenu priority={issue.priority} onChange={onChange} />}
          <AssigneeMenu issue={issue} />
          {!mayWrite ? null : open ? (
            <>
              <ResolveButton look="primary" issueId={issue.id} onChange={onChange} />
              <ArchiveButton compact onChange={onChange} />
            </>
          ) : (
            <Button onClick={() => onChange({ status: 'unresolved' })} title="Back to unresolved (u)">
              <RotateCcw aria-hidden />
              Unresolve
            </Button>
          )}
          <Menu
            align="end"
            trigger={
              <button
                type="button"
                aria-label="More"
                title="More"
                className={buttonClass('secondary', 'medium', 'w-8 px-0 pointer-coarse:w-10')}
              >
                <Ellipsis aria-hidden />
              </button>
            }
          >
            <MenuItem onSelect={() => copy(link, 'the address')}>
              <Link2 aria-hidden />
              Copy the address
            </MenuItem>
            {mayWrite && (
              <MenuItem onSelect={() => setLinking(true)}>
                <CircleDot aria-hidden />
                Link or create an issue elsewhere…
              </MenuItem>
            )}
            {(mayWrite || issue.share) && (
              <MenuItem onSelect={() => setSharing(true)}>
                <Share2 aria-hidden />
                {issue.share ? 'Public link…' : 'Share by a public link…'}
              </MenuItem>
            )}
            {mayAlert && (
              <MenuItem onSelect={() => navigate({ to: '/alerts/new', search: alertAbout(issue) })}>
                <Bell aria-hidden />
                Alert me when…
              </MenuItem>
            )}
            <MenuItem onSelect={() => copy(issueMarkdown(issue, link), 'as Markdown')}>
              <FileText aria-hidden />
              Copy as Markdown
            </MenuItem>
            {mayDelete && (
              <>
                <MenuLine />
                <MenuItem danger onSelect={onDelete}>
                  <Trash2 aria-hidden />
                  Delete…
                </MenuItem>
              </>
            )}
          </Menu>
        </div>
      </div>
      <div className="flex min-w-0 flex-col gap-1">
        <h1 className="flex min-w-0 flex-wrap items-center gap-x-2.5 gap-y-1 text-xl leading-7 font-semibold tracking-tight">
          <span className="flex min-w-0 items-start gap-x-2.5">
            <LevelMark level={issue.level} className="mt-[7px] size-3.5!" />
            <bdi className="line-clamp-3 min-w-0 [overflow-wrap:anywhere]">{type || message}</bdi>
          </span>
          <SubstateBadge substate={issue.substate} />
          {!mayWrite && <PriorityMark priority={issue.priority} />}
          {issue.unhandled && (
            <Badge tone="danger" title="Nothing caught it">
              Unhandled
            </Badge>
          )}
          <LogsBadge issue={issue} />
          {issue.expected && (
            <Link
              to="/settings/projects/$slug/{-$tab}"
              params={{ slug: issue.project.slug, tab: 'filters' }}
              title="An error that is part of the day. See what such errors cost, and filter them."
            >
              <Badge>Expected: {EXPECTED_LABELS[issue.expected].toLowerCase()}</Badge>
            </Link>
          )}
        </h1>
        {standing && (
          <p className="text-sm text-ink-soft">
            <bdi>{standing}</bdi>
          </p>
        )}
        {type && message && (
          <bdi className="line-clamp-3 text-base [overflow-wrap:anywhere] text-ink-soft">{message}</bdi>
        )}
        {issue.culprit && (
          <bdi className="font-mono text-xs [overflow-wrap:anywhere] text-ink-faint">{issue.culprit}</bdi>
        )}
        <IssueLinks issue={issue} />
        <ReadOnly scope="event:write" what="resolve or archive issues" />
      </div>
      {linking && (
        <Suspense>
          <LinkDialog issue={issue} onClose={() => setLinking(false)} />
        </Suspense>
      )}
      {sharing && (
        <Suspense>
          <ShareDialog issue={issue} onClose={() => setSharing(false)} />
        </Suspense>
      )}
    </header>
  );
}
