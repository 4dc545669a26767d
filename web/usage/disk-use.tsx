/** What lies on the disk, the largest first. */
import type { Usage } from '#contract/usage.ts';
import { Card } from '#web/ui/card.tsx';
import { byteSize, compactNumber } from '#web/ui/number.ts';

export function DiskUse({ disk }: { disk: Usage['disk'] }) {
  const total = disk.reduce((sum, each) => sum + each.bytes, 0);
  const largest = Math.max(1, ...disk.map((each) => each.bytes));
  return (
    <Card title="On disk" note={byteSize(total)}>
      <ul className="flex flex-col gap-2.5">
        {disk
          .toSorted((a, b) => b.bytes - a.bytes)
          .map((each) => (
            <li key={each.what} className="text-sm">
              <div className="flex justify-between gap-3">
                <span className="min-w-0 truncate">{each.what}</span>
                <span className="shrink-0">
                  {each.rows !== null && (
                    <span className="mr-2 text-xs text-ink-faint">
                      {compactNumber(each.rows)} {each.rows === 1 ? 'row' : 'rows'}
                    </span>
                  )}
                  {byteSize(each.bytes)}
                </span>
              </div>
              <div aria-hidden className="mt-1 h-1 overflow-hidden rounded-full bg-sunken">
                <div
                  className="h-full rounded-full bg-bar"
                  style={{ width: `${Math.max(0.5, (each.bytes / largest) * 100)}%` }}
                />
              </div>
            </li>
          ))}
      </ul>
    </Card>
  );
}
