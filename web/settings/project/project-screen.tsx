/** The settings of one project, side by side as tabs. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { ProjectSummary } from '#contract/people.ts';
import { api } from '#web/client.ts';
import { ReadOnly } from '#web/read-only.tsx';
import { SettingsFrame } from '#web/settings/settings-frame.tsx';
import { buttonClass } from '#web/ui/button.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import { TabBar, tabClass } from '#web/ui/tab-bar.tsx';
import { CodeTab } from './code-tab.tsx';
import { FiltersTab } from './filters-tab.tsx';
import { GeneralTab } from './general-tab.tsx';
import { GroupingTab } from './grouping-tab.tsx';
import { IssuesTab } from './issues-tab.tsx';
import { LimitsTab } from './limits-tab.tsx';
import { SourceMapsTab } from './source-maps-tab.tsx';
import { PROJECT_TABS, type ProjectTabId, readProjectTab } from './tabs.ts';

export interface ProjectTabProps {
  project: ProjectSummary;
}

const PAGES: Record<ProjectTabId, ComponentType<ProjectTabProps>> = {
  general: GeneralTab,
  issues: IssuesTab,
  filters: FiltersTab,
  grouping: GroupingTab,
  limits: LimitsTab,
  code: CodeTab,
  'source-maps': SourceMapsTab,
};
const route = getRouteApi('/shell/settings/projects/$slug/{-$tab}');

export function ProjectScreen() {
  const params = route.useParams();
  const { slug } = params;
  const tab = readProjectTab(params.tab);
  const { data, error, refetch } = useQuery({
    queryKey: ['projects'],
    queryFn: ({ signal }) => api.projects(signal),
  });
  const project = data?.find((each) => each.slug === slug);
  const Page = PAGES[tab];
  return (
    <SettingsFrame
      section="projects"
      title={project?.name ?? slug}
      lead={project ? `Project ${project.id}` : undefined}
      actions={
        <Link to="/projects/$slug/setup" params={{ slug }} className={buttonClass('secondary')}>
          Set-up guide
        </Link>
      }
    >
      <TabBar label="Settings of the project" current={tab}>
        {PROJECT_TABS.map((each) => (
          <Link
            key={each.id}
            data-entry={each.id}
            to="/settings/projects/$slug/{-$tab}"
            params={{ slug, tab: each.id === 'general' ? undefined : each.id }}
            aria-current={each.id === tab ? 'page' : undefined}
            className={tabClass(each.id === tab)}
          >
            {each.label}
          </Link>
        ))}
      </TabBar>
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The project could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={8} />
      ) : !project ? (
        <ErrorState
          error={new Error(`There is no project with the short name ${slug}, or you may not see it.`)}
          what="No such project"
        />
      ) : (
        <>
          {/* Filters ask for more, and say so themselves. */}
          {tab !== 'filters' && <ReadOnly scope="project:write" what="change projects and their keys" />}
          <Page key={project.slug} project={project} />
        </>
      )}
    </SettingsFrame>
  );
}
