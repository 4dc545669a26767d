/** The two sides of Usage: what was sent and what became of it, and what of it is noise. */
import { Link } from '@tanstack/react-router';
import { TabBar, tabClass } from '#web/ui/tab-bar.tsx';

export function UsageTabs({ current, project = '' }: { current: 'ledger' | 'noise'; project?: string }) {
  const search = project === '' ? {} : { project };
  return (
    <TabBar label="Usage" current={current}>
      <Link to="/usage" search={search} data-entry="ledger" className={tabClass(current === 'ledger')}>
        Ledger
      </Link>
      <Link to="/usage/noise" search={search} data-entry="noise" className={tabClass(current === 'noise')}>
        Noise and cost
      </Link>
    </TabBar>
  );
}
