/** Ctrl-K: go to a screen, a project, a trace by its id, or an issue by its short id or its words. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Command } from 'cmdk';
import {
  Bell,
  ChartColumn,
  ChartGantt,
  CircleAlert,
  FolderCog,
  Keyboard,
  KeyRound,
  MessageSquare,
  Moon,
  Package,
  Plus,
  Rocket,
  ScrollText,
  Settings,
  Sun,
  Timer,
  Users,
} from 'lucide-react';
import { type ReactNode, useDeferredValue, useEffect, useState } from 'react';
import type { Issue } from '#contract/issues.ts';
import { api } from '#web/client.ts';
import { useMay, useSession } from '#web/session.ts';
import { traceIdIn } from '#web/trace-id.ts';
import { Dialog } from '#web/ui/dialog.tsx';
import { setTheme } from '#web/ui/theme.ts';

const ISSUES_SHOWN = 6;
const ITEM =
  'flex min-h-9 cursor-pointer items-center gap-2.5 rounded-md px-2.5 py-1 text-sm data-[selected=true]:bg-hover pointer-coarse:min-h-11 ' +
  '[&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-ink-faint';
const GROUP =
  '[&_[cmdk-group-heading]]:px-2.5 [&_[cmdk-group-heading]]:pt-2 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-2xs ' +
  '[&_[cmdk-group-heading]]:font-semibold [&_[cmdk-group-heading]]:text-ink-faint';

export function Palette({ onClose, onHelp }: { onClose: () => void; onHelp: () => void }) {
  const [text, setText] = useState('');
  const [marked, setMarked] = useState('');
  const asked = useDeferredValue(text.trim());
  const session = useSession();
  const mayCreate = useMay('project:admin');
  const navigate = useNavigate();
  const found = useQuery({
    queryKey: ['palette', asked],
    queryFn: ({ signal }) => findIssues(asked, signal),
    enabled: asked.length > 1,
    placeholderData: keepPreviousData,
    retry: false,
    staleTime: 10_000,
  });

  const traceId = traceIdIn(asked);

  // Issues arrive after the names that match at once; who typed a short id means the issue.
  const firstIssue = asked.length > 1 ? found.data?.[0]?.id : undefined;
  useEffect(() => {
    if (firstIssue) setMarked(`issue ${firstIssue}`);
  }, [firstIssue]);

  const go = (run: () => void) => () => {
    onClose();
    run();
  };
  const item = (key: string, icon: ReactNode, label: ReactNode, run: () => void, words: string[] = []) => (
    <Command.Item key={key} value={key} keywords={words} onSelect={go(run)} className={ITEM}>
      {icon}
      {label}
    </Command.Item>
  );
  const settings = (section: string) => () => navigate({ to: '/settings/{-$section}', params: { section } });

  return (
    <Dialog open bare onClose={onClose} title="Search and commands" className="max-w-xl overflow-hidden">
      <Command
        loop
        value={marked}
        onValueChange={setMarked}
        className="flex min-h-0 flex-1 flex-col"
        label="Search and commands"
      >
        <Command.Input
          value={text}
          onValueChange={setText}
          placeholder="Go to a screen, a project, or an issue…"
          className="h-12 w-full shrink-0 border-b border-line bg-transparent px-4 text-[1rem] text-ink outline-none placeholder:text-ink-faint"
        />
        <Command.List className="min-h-0 flex-1 overflow-y-auto p-1.5">
          <Command.Empty className="px-3 py-6 text-center text-sm text-ink-faint">
            {found.isFetching ? 'Looking…' : 'Nothing has this name.'}
          </Command.Empty>
          {asked.length > 1 && found.data && found.data.length > 0 && (
            <Command.Group heading="Issues" className={GROUP} forceMount>
              {found.data.map((issue) => (
                <Command.Item
                  key={issue.id}
                  value={`issue ${issue.id}`}
                  forceMount
                  onSelect={go(() =>
                    navigate({ to: '/issues/$issueId/{-$tab}', params: { issueId: issue.id } }),
                  )}
                  className={ITEM}
                >
                  <CircleAlert aria-hidden />
                  <span className="min-w-0 flex-1 truncate">{issue.title}</span>
                  <span className="shrink-0 text-xs text-ink-faint">{issue.shortId}</span>
                </Command.Item>
              ))}
            </Command.Group>
          )}
          {traceId !== null && (
            <Command.Group heading="Traces" className={GROUP} forceMount>
              <Command.Item
                value={`trace ${traceId}`}
                forceMount
                onSelect={go(() => navigate({ to: '/traces/$traceId', params: { traceId } }))}
                className={ITEM}
              >
                <ChartGantt aria-hidden />
                <span className="min-w-0 flex-1 truncate">
                  Trace <bdi className="font-mono text-xs">{traceId}</bdi>
                </span>
              </Command.Item>
            </Command.Group>
          )}
          <Command.Group heading="Screens" className={GROUP}>
            {item('Issues', <CircleAlert aria-hidden />, 'Issues', () => navigate({ to: '/issues' }), [
              'errors',
            ])}
            {item('Logs', <ScrollText aria-hidden />, 'Logs', () => navigate({ to: '/logs' }), ['lines'])}
            {item('SQL', <ScrollText aria-hidden />, 'SQL', () => navigate({ to: '/logs/sql' }), ['query'])}
            {item('Traces', <ChartGantt aria-hidden />, 'Traces', () => navigate({ to: '/traces' }), [
              'spans',
            ])}
            {item('Releases', <Package aria-hidden />, 'Releases', () => navigate({ to: '/releases' }), [
              'deploys',
              'versions',
              'commits',
            ])}
            {item(
              'Feedback',
              <MessageSquare aria-hidden />,
              'Feedback',
              () => navigate({ to: '/feedback' }),
              ['users', 'reports'],
            )}
            {item('Alerts', <Bell aria-hidden />, 'Alerts', () => navigate({ to: '/alerts' }), [
              'rules',
              'silences',
            ])}
            {item('Monitors', <Timer aria-hidden />, 'Monitors', () => navigate({ to: '/monitors' }), [
              'cron',
              'check-ins',
            ])}
            {item('Usage', <ChartColumn aria-hidden />, 'Usage', () => navigate({ to: '/usage' }), [
              'ledger',
              'disk',
              'dead letters',
              'quota',
            ])}
            {item('Settings', <Settings aria-hidden />, 'Settings', settings('projects'))}
            {item('API tokens', <KeyRound aria-hidden />, 'API tokens', settings('tokens'))}
            {item('Members', <Users aria-hidden />, 'Members', settings('members'), ['invite', 'people'])}
          </Command.Group>
          {session && (
            <Command.Group heading="Projects" className={GROUP}>
              {session.projects.map((project) =>
                item(
                  `Issues of ${project.name}`,
                  <CircleAlert aria-hidden />,
                  `Issues of ${project.name}`,
                  () => navigate({ to: '/issues', search: { project: project.slug } }),
                  [project.slug],
                ),
              )}
              {text !== '' &&
                session.projects.map((project) =>
                  item(
                    `Set up ${project.name}`,
                    <Rocket aria-hidden />,
                    `Set up ${project.name}`,
                    () => navigate({ to: '/projects/$slug/setup', params: { slug: project.slug } }),
                    [project.slug, 'dsn', 'sdk'],
                  ),
                )}
              {text !== '' &&
                session.projects.map((project) =>
                  item(
                    `Settings of ${project.name}`,
                    <FolderCog aria-hidden />,
                    `Settings of ${project.name}`,
                    () =>
                      navigate({ to: '/settings/projects/$slug/{-$tab}', params: { slug: project.slug } }),
                    [project.slug, 'keys', 'dsn'],
                  ),
                )}
            </Command.Group>
          )}
          <Command.Group heading="Do" className={GROUP}>
            {mayCreate && item('New project', <Plus aria-hidden />, 'New project', settings('projects'))}
            {item('Dark', <Moon aria-hidden />, 'Dark look', () => setTheme('dark'), ['theme'])}
            {item('Light', <Sun aria-hidden />, 'Light look', () => setTheme('light'), ['theme'])}
            {item('Keyboard shortcuts', <Keyboard aria-hidden />, 'Keyboard shortcuts', onHelp, [
              'help',
              'keys',
            ])}
          </Command.Group>
        </Command.List>
      </Command>
    </Dialog>
  );
}

/** An event's id or a short id means one issue; anything else issues with these words, whatever their status. */
async function findIssues(
  text: string,
  signal: AbortSignal,
): Promise<Pick<Issue, 'id' | 'shortId' | 'title'>[]> {
  const eventId = text.replaceAll('-', '').toLowerCase();
  if (/^[0-9a-f]{32}$/.test(eventId)) {
    const { issueId } = await api.eventLocation(eventId, signal);
    return [await api.issue(issueId, signal)];
  }
  if (/^[\w-]+-\d+$/.test(text)) return [await api.issue(text, signal)];
  const query = `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  return (await api.issues({ query, period: '90d', limit: ISSUES_SHOWN }, signal)).items;
}
