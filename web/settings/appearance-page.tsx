/** How the pages look, in this browser. */
import { Card } from '#web/ui/card.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { setTheme, type ThemeChoice, useTheme } from '#web/ui/theme.ts';
import { SettingsFrame } from './settings-frame.tsx';

const CHOICES: readonly { value: ThemeChoice; label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

export function AppearancePage() {
  return (
    <SettingsFrame section="appearance" title="Appearance" lead="Kept in this browser only.">
      <Card title="Look">
        <Segmented label="Look" value={useTheme()} choices={CHOICES} onChange={setTheme} />
      </Card>
    </SettingsFrame>
  );
}
