/** Filters that are only on or off, and the browsers that are too old. Each is saved when it is changed. */
import type { FilterRules, ProjectFilters } from '#contract/filters.ts';
import { useMay } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { CONTROL } from '#web/ui/field.tsx';
import { countOf, FilterRow } from './filter-row.tsx';
import { useChangeFilters } from './use-change-filters.ts';

const SWITCHES = [
  {
    rule: 'browserExtensions',
    reason: 'filtered_browser_extension',
    label: 'Browser extensions',
    hint: 'Errors of code that is not yours: extensions, toolbars, what in-app browsers put into pages.',
  },
  {
    rule: 'webCrawlers',
    reason: 'filtered_web_crawler',
    label: 'Web crawlers',
    hint: 'Search engines, link previews, monitors: by the name in their user agent.',
  },
  {
    rule: 'localhost',
    reason: 'filtered_localhost',
    label: 'Localhost',
    hint: 'Pages and requests of localhost, and people at 127.0.0.1 or ::1.',
  },
  {
    rule: 'hydrationErrors',
    reason: 'filtered_hydration_error',
    label: 'Hydration errors of React',
    hint: 'Server and browser rendered different text; often an extension did.',
  },
  {
    rule: 'healthChecks',
    reason: 'filtered_health_check',
    label: 'Health checks',
    hint: 'Spans of requests like GET /healthz or /ping. Errors in them are kept.',
  },
] as const satisfies { rule: keyof FilterRules; reason: string; label: string; hint: string }[];

/** The oldest version that is kept unless somebody says another: what browsers could do in 2019. */
const BROWSERS = [
  { id: 'ie', label: 'Internet Explorer', version: 12 },
  { id: 'edge', label: 'Edge', version: 79 },
  { id: 'chrome', label: 'Chrome', version: 63 },
  { id: 'firefox', label: 'Firefox', version: 67 },
  { id: 'safari', label: 'Safari', version: 12 },
  { id: 'opera', label: 'Opera', version: 51 },
  { id: 'opera_mini', label: 'Opera Mini', version: 35 },
  { id: 'android', label: 'Android browser', version: 4 },
] as const satisfies { id: keyof FilterRules['legacyBrowsers']; label: string; version: number }[];

export function KnownFilters({ slug, filters }: { slug: string; filters: ProjectFilters }) {
  const { rules, counts } = filters;
  const mayChange = useMay('project:admin');
  const change = useChangeFilters(slug);
  const legacy = rules.legacyBrowsers;
  const setLegacy = (next: FilterRules['legacyBrowsers']) =>
    change.mutate({
      rules: { legacyBrowsers: next },
      message: 'Saved',
      before: { legacyBrowsers: legacy },
    });
  return (
    <Card title="Known noise">
      <ul>
        {SWITCHES.map(({ rule, reason, label, hint }) => (
          <FilterRow
            key={rule}
            label={label}
            hint={hint}
            isOn={rules[rule]}
            disabled={!mayChange || change.isPending}
            count={countOf(counts, reason)}
            onChange={(isOn) =>
              change.mutate({
                rules: { [rule]: isOn },
                message: `${label}: ${isOn ? 'filtered from now on' : 'kept from now on'}`,
                before: { [rule]: !isOn },
              })
            }
          />
        ))}
        <FilterRow
          label="Legacy browsers"
          hint="Browsers older than the version given. All at once here, or one by one."
          isOn={Object.keys(legacy).length > 0}
          disabled={!mayChange || change.isPending}
          count={countOf(counts, 'filtered_legacy_browser')}
          onChange={(isOn) =>
            setLegacy(isOn ? Object.fromEntries(BROWSERS.map(({ id, version }) => [id, version])) : {})
          }
        >
          <ul className="grid w-full gap-x-6 gap-y-1 pl-6.5 sm:grid-cols-2">
            {BROWSERS.map(({ id, label, version }) => (
              <li key={id} className="flex items-center gap-2 text-sm">
                <label className="flex flex-1 cursor-pointer items-center gap-2 pointer-coarse:min-h-11">
                  <input
                    type="checkbox"
                    className="size-4 accent-accent"
                    checked={legacy[id] !== undefined}
                    disabled={!mayChange || change.isPending}
                    onChange={(event) => {
                      const { [id]: _, ...others } = legacy;
                      setLegacy(event.currentTarget.checked ? { ...others, [id]: version } : others);
                    }}
                  />
                  {label}
                </label>
                {legacy[id] !== undefined && (
                  <label className="flex items-center gap-1.5 text-xs text-ink-faint">
                    before
                    <input
                      // Shows what is saved, also after Undo.
                      key={legacy[id]}
                      type="number"
                      min={1}
                      max={10_000}
                      aria-label={`Oldest ${label} that is kept`}
                      defaultValue={legacy[id]}
                      disabled={!mayChange}
                      className={`${CONTROL} w-20!`}
                      onBlur={(event) => {
                        const next = Number(event.currentTarget.value);
                        if (Number.isInteger(next) && next > 0 && next !== legacy[id])
                          setLegacy({ ...legacy, [id]: next });
                      }}
                    />
                  </label>
                )}
              </li>
            ))}
          </ul>
        </FilterRow>
      </ul>
    </Card>
  );
}
