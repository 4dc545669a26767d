/** What leads out of here: trackers, and public links to issues. */
import { ReadOnly } from '#web/read-only.tsx';
import { SettingsFrame } from './settings-frame.tsx';
import { SharingCard } from './sharing-card.tsx';
import { TrackersCard } from './trackers-card.tsx';

export function IntegrationsPage() {
  return (
    <SettingsFrame section="integrations" title="Integrations" lead="What leads out of here.">
      <ReadOnly scope="org:admin" what="change integrations" />
      <TrackersCard />
      <SharingCard />
    </SettingsFrame>
  );
}
