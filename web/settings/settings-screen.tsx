/** Settings: of the installation, of its people, and of oneself. */
import { getRouteApi } from '@tanstack/react-router';
import { AccountPage } from './account-page.tsx';
import { AppearancePage } from './appearance-page.tsx';
import { AuditPage } from './audit-page.tsx';
import { IntegrationsPage } from './integrations-page.tsx';
import { MembersPage } from './members-page.tsx';
import { NotificationsPage } from './notifications/notifications-page.tsx';
import { ProjectsPage } from './projects-page.tsx';
import { RepositoriesPage } from './repositories-page.tsx';
import { readSection } from './sections.ts';
import { TeamsPage } from './teams-page.tsx';
import { TokensPage } from './tokens-page.tsx';

const route = getRouteApi('/shell/settings/{-$section}');
const PAGES = {
  projects: ProjectsPage,
  repositories: RepositoriesPage,
  members: MembersPage,
  teams: TeamsPage,
  notifications: NotificationsPage,
  integrations: IntegrationsPage,
  tokens: TokensPage,
  audit: AuditPage,
  account: AccountPage,
  appearance: AppearancePage,
};

export function SettingsScreen() {
  const { section } = route.useParams();
  const Page = PAGES[readSection(section)];
  return <Page />;
}
