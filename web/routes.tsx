/**
 * Every page and its address. Screens are fetched when they are first looked at; what a screen's address may
 * hold is read by a small function beside it.
 */
import type { QueryClient } from '@tanstack/react-query';
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { readAlertsSearch, readRuleFormSearch, readRuleSearch } from '#web/alerts/alerts-search.ts';
import { readFeedbackSearch } from '#web/feedback/feedback-search.ts';
import { eventQuery, issueQuery } from '#web/issues/issue/issue-queries.ts';
import { readIssueSearch } from '#web/issues/issue/issue-search.ts';
import { isOfOneEvent, movedTab, readTab } from '#web/issues/issue/tabs.ts';
import { issuesQuery } from '#web/issues/list/issues-query.ts';
import { readListSearch } from '#web/issues/list/list-search.ts';
import { readLogsSearch } from '#web/logs/logs-search.ts';
import { readSqlSearch } from '#web/logs/sql/sql-search.ts';
import { readMonitorSearch, readMonitorsSearch } from '#web/monitors/monitors-search.ts';
import { PREFIX } from '#web/prefix.ts';
import { readReleaseSearch, readReleasesSearch } from '#web/releases/releases-search.ts';
import { readAuditSearch } from '#web/settings/audit-search.ts';
import { PageProblem } from '#web/shell/page-problem.tsx';
import { Shell } from '#web/shell/shell.tsx';
import { readTraceSearch, readTracesSearch } from '#web/traces/trace-search.ts';
import { traceQuery } from '#web/traces/traces-queries.ts';
import { parseSearch, printSearch } from '#web/ui/search-string.ts';
import { readNoiseSearch } from '#web/usage/noise/noise-search.ts';
import { readUsageSearch } from '#web/usage/usage-search.ts';

const text = (value: unknown) => (typeof value === 'string' ? value : '');

const root = createRootRouteWithContext<{ queryClient: QueryClient }>()({ component: Outlet });

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search): { from?: string } => ({ from: text(search.from) || undefined }),
  component: lazyRouteComponent(() => import('#web/sign-in/sign-in-screen.tsx'), 'SignInScreen'),
});
const setUp = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  validateSearch: (search): { token?: string } => ({ token: text(search.token) || undefined }),
  component: lazyRouteComponent(() => import('#web/sign-in/set-up-screen.tsx'), 'SetUpScreen'),
});
const invite = createRoute({
  getParentRoute: () => root,
  path: '/invite',
  validateSearch: (search): { token?: string } => ({ token: text(search.token) || undefined }),
  component: lazyRouteComponent(() => import('#web/sign-in/invite-screen.tsx'), 'InviteScreen'),
});

const shared = createRoute({
  getParentRoute: () => root,
  path: '/share/$token',
  component: lazyRouteComponent(
    () => import('#web/issues/shared/shared-issue-screen.tsx'),
    'SharedIssueScreen',
  ),
});

const shell = createRoute({ getParentRoute: () => root, id: 'shell', component: Shell });

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/issues', replace: true });
  },
});
const issues = createRoute({
  getParentRoute: () => shell,
  path: '/issues',
  validateSearch: readListSearch,
  loaderDeps: ({ search }) => search,
  // Asked for while the screen itself is still on its way; nobody waits for it here.
  loader: ({ context, deps, cause }) => {
    if (cause === 'preload') return;
    context.queryClient.prefetchInfiniteQuery(issuesQuery(deps));
  },
  component: lazyRouteComponent(() => import('#web/issues/list/issues-screen.tsx'), 'IssuesScreen'),
});
const issue = createRoute({
  getParentRoute: () => shell,
  path: '/issues/$issueId/{-$tab}',
  validateSearch: readIssueSearch,
  beforeLoad: ({ params, search }) => {
    const moved = movedTab(params.tab);
    if (moved)
      throw redirect({
        to: '/issues/$issueId/{-$tab}',
        params: { issueId: params.issueId, tab: moved.tab },
        search,
        ...(moved.hash && { hash: moved.hash }),
        replace: true,
      });
  },
  loaderDeps: ({ search }) => ({ event: search.event ?? 'latest' }),
  loader: ({ context, params, deps, cause }) => {
    // Pointing at a row fetches the screen; only going there fetches the issue.
    if (cause === 'preload') return;
    context.queryClient.prefetchQuery(issueQuery(params.issueId));
    if (isOfOneEvent(readTab(params.tab)))
      context.queryClient.prefetchQuery(eventQuery(params.issueId, deps.event));
  },
  component: lazyRouteComponent(() => import('#web/issues/issue/issue-screen.tsx'), 'IssueScreen'),
});
const logs = createRoute({
  getParentRoute: () => shell,
  path: '/logs',
  validateSearch: readLogsSearch,
  component: lazyRouteComponent(() => import('#web/logs/logs-screen.tsx'), 'LogsScreen'),
});
const sql = createRoute({
  getParentRoute: () => shell,
  path: '/logs/sql',
  validateSearch: readSqlSearch,
  component: lazyRouteComponent(() => import('#web/logs/sql/sql-screen.tsx'), 'SqlScreen'),
});
const traces = createRoute({
  getParentRoute: () => shell,
  path: '/traces',
  validateSearch: readTracesSearch,
  component: lazyRouteComponent(() => import('#web/traces/traces-screen.tsx'), 'TracesScreen'),
});
const trace = createRoute({
  getParentRoute: () => shell,
  path: '/traces/$traceId',
  validateSearch: readTraceSearch,
  loader: ({ context, params, cause }) => {
    // As with an issue: only going there fetches the trace.
    if (cause !== 'preload') context.queryClient.prefetchQuery(traceQuery(params.traceId));
  },
  component: lazyRouteComponent(() => import('#web/traces/trace-screen.tsx'), 'TraceScreen'),
});
const releases = createRoute({
  getParentRoute: () => shell,
  path: '/releases',
  validateSearch: readReleasesSearch,
  component: lazyRouteComponent(() => import('#web/releases/releases-screen.tsx'), 'ReleasesScreen'),
});
const release = createRoute({
  getParentRoute: () => shell,
  path: '/releases/$version',
  validateSearch: readReleaseSearch,
  component: lazyRouteComponent(() => import('#web/releases/release-screen.tsx'), 'ReleaseScreen'),
});
const feedback = createRoute({
  getParentRoute: () => shell,
  path: '/feedback',
  validateSearch: readFeedbackSearch,
  component: lazyRouteComponent(() => import('#web/feedback/feedback-screen.tsx'), 'FeedbackScreen'),
});
const monitors = createRoute({
  getParentRoute: () => shell,
  path: '/monitors',
  validateSearch: readMonitorsSearch,
  component: lazyRouteComponent(() => import('#web/monitors/monitors-screen.tsx'), 'MonitorsScreen'),
});
const monitor = createRoute({
  getParentRoute: () => shell,
  path: '/monitors/$id',
  validateSearch: readMonitorSearch,
  component: lazyRouteComponent(() => import('#web/monitors/monitor-screen.tsx'), 'MonitorScreen'),
});
const alerts = createRoute({
  getParentRoute: () => shell,
  path: '/alerts',
  validateSearch: readAlertsSearch,
  component: lazyRouteComponent(() => import('#web/alerts/alerts-screen.tsx'), 'AlertsScreen'),
});
const newAlert = createRoute({
  getParentRoute: () => shell,
  path: '/alerts/new',
  validateSearch: readRuleFormSearch,
  component: lazyRouteComponent(() => import('#web/alerts/rule-form-screen.tsx'), 'NewRuleScreen'),
});
const alert = createRoute({
  getParentRoute: () => shell,
  path: '/alerts/$id',
  validateSearch: readRuleSearch,
  component: lazyRouteComponent(() => import('#web/alerts/rule-screen.tsx'), 'RuleScreen'),
});
const editAlert = createRoute({
  getParentRoute: () => shell,
  path: '/alerts/$id/edit',
  validateSearch: readRuleFormSearch,
  component: lazyRouteComponent(() => import('#web/alerts/rule-form-screen.tsx'), 'EditRuleScreen'),
});
const setupGuide = createRoute({
  getParentRoute: () => shell,
  path: '/projects/$slug/setup',
  validateSearch: (search): { platform?: string } => ({ platform: text(search.platform) || undefined }),
  component: lazyRouteComponent(() => import('#web/setup/setup-screen.tsx'), 'SetupScreen'),
});
const usage = createRoute({
  getParentRoute: () => shell,
  path: '/usage',
  validateSearch: readUsageSearch,
  component: lazyRouteComponent(() => import('#web/usage/usage-screen.tsx'), 'UsageScreen'),
});
const noise = createRoute({
  getParentRoute: () => shell,
  path: '/usage/noise',
  validateSearch: readNoiseSearch,
  component: lazyRouteComponent(() => import('#web/usage/noise/noise-screen.tsx'), 'NoiseScreen'),
});
const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/{-$section}',
  validateSearch: readAuditSearch,
  component: lazyRouteComponent(() => import('#web/settings/settings-screen.tsx'), 'SettingsScreen'),
});
const channel = createRoute({
  getParentRoute: () => shell,
  path: '/settings/notifications/$id',
  validateSearch: (search): { delivery?: string } => ({ delivery: text(search.delivery) || undefined }),
  component: lazyRouteComponent(
    () => import('#web/settings/notifications/channel-screen.tsx'),
    'ChannelScreen',
  ),
});
const projectSettings = createRoute({
  getParentRoute: () => shell,
  path: '/settings/projects/$slug/{-$tab}',
  validateSearch: (search): { rule?: string } => ({ rule: text(search.rule) || undefined }),
  component: lazyRouteComponent(() => import('#web/settings/project/project-screen.tsx'), 'ProjectScreen'),
});

/** Inside the shell, so that the ways out stay in sight. */
const notFound = createRoute({ getParentRoute: () => shell, path: '$', component: () => <PageProblem /> });

const tree = root.addChildren([
  signIn,
  setUp,
  invite,
  shared,
  shell.addChildren([
    home,
    issues,
    issue,
    logs,
    sql,
    traces,
    trace,
    releases,
    release,
    feedback,
    monitors,
    monitor,
    alerts,
    newAlert,
    alert,
    editAlert,
    setupGuide,
    usage,
    noise,
    settings,
    channel,
    projectSettings,
    notFound,
  ]),
]);

export function createAppRouter(queryClient: QueryClient) {
  return createRouter({
    routeTree: tree,
    basepath: PREFIX || '/',
    context: { queryClient },
    defaultPreload: 'intent',
    scrollRestoration: true,
    // What an address holds beyond what its screen reads, such as a view there is none of, is not the screen's.
    search: { strict: true },
    parseSearch,
    stringifySearch: printSearch,
    defaultErrorComponent: ({ error, reset }) => <PageProblem error={error} retry={reset} />,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>;
  }
}
