/** One alert: how it stands, its values beside the threshold, what fired, and who is told. */
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { TriangleAlert } from 'lucide-react';
import type { AlertRule } from '#contract/alerts.ts';
import { useSession } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { DetailHead } from '#web/ui/detail-head.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { ChoiceMenu } from '#web/ui/menu.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { useShortcuts } from '#web/ui/shortcuts.ts';
import { Skeleton, SkeletonLines } from '#web/ui/skeleton.tsx';
import { usePageTitle } from '#web/ui/use-page-title.ts';
import { channelsQuery, previewQuery, ruleQuery } from './alerts-queries.ts';
import { PREVIEW_PERIODS, readRuleSearch, USUAL_PREVIEW } from './alerts-search.ts';
import { FiringList } from './firing-list.tsx';
import { PreviewView } from './preview-view.tsx';
import { RuleActions } from './rule-actions.tsx';
import { RuleState } from './rule-state.tsx';
import { SilenceList } from './silence-list.tsx';
import { conditionWords, inputOf, spell } from './words.ts';

const route = getRouteApi('/shell/alerts/$id');

export function RuleScreen() {
  const { id } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const { data: rule, error, refetch } = useQuery(ruleQuery(id));
  usePageTitle(rule ? `Alert ${rule.name}` : 'Alert');
  const back = { to: '/alerts', search: { project: search.project } } as const;
  useShortcuts({ esc: () => navigate(back) });
  if (error && !rule)
    return <ErrorState error={error} retry={refetch} what="The alert could not be loaded" wholePage />;
  if (!rule) return <SkeletonLines lines={14} className="p-6" />;
  return (
    <div className="flex min-w-0 flex-1 flex-col">
      <DetailHead
        parent={<Link {...back}>Alerts</Link>}
        title={<bdi>{rule.name}</bdi>}
        badges={<RuleState rule={rule} />}
        actions={<RuleActions rule={rule} onDeleted={() => navigate(back)} />}
      >
        <p className="text-sm [overflow-wrap:anywhere] text-ink-soft">
          <bdi>{conditionWords(rule.condition)}</bdi>
        </p>
        {rule.problem && (
          <div className="flex gap-2 rounded-md bg-warn-soft px-3 py-2 text-sm text-warn">
            <TriangleAlert aria-hidden className="mt-0.5 size-4 shrink-0" />
            <p className="min-w-0 [overflow-wrap:anywhere]">
              It cannot be evaluated since <RelativeTime time={rule.problem.since} />:{' '}
              <bdi>{rule.problem.message}</bdi>
            </p>
          </div>
        )}
      </DetailHead>
      <div className="grid min-w-0 gap-4 px-4 pb-6 md:px-6 xl:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="flex min-w-0 flex-col gap-4">
          <Past rule={rule} />
          <Card title="History" flush>
            <FiringList rule={id} />
          </Card>
        </div>
        <div className="flex min-w-0 flex-col gap-4">
          <Facts rule={rule} />
          <Card title="Silences" note="those of all rules too" flush>
            <SilenceList rule={id} />
          </Card>
        </div>
      </div>
    </div>
  );
}

function Past({ rule }: { rule: AlertRule }) {
  const search = route.useSearch();
  const { id } = route.useParams();
  const navigate = useNavigate();
  const period = search.period ?? USUAL_PREVIEW;
  const { data, error, refetch } = useQuery(previewQuery(inputOf(rule), period));
  return (
    <Card
      title="Values and threshold"
      note="of what is stored, by the rule as it is now"
      actions={
        <ChoiceMenu
          label="Last"
          value={period}
          choices={PREVIEW_PERIODS}
          onChange={(next) =>
            navigate({
              to: '/alerts/$id',
              params: { id },
              search: readRuleSearch({ ...search, period: next }),
              resetScroll: false,
            })
          }
        />
      }
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The past could not be looked at" />
      ) : data ? (
        <PreviewView preview={data} condition={rule.condition} period={period} />
      ) : (
        <Skeleton className="h-48 w-full" />
      )}
    </Card>
  );
}

function Facts({ rule }: { rule: AlertRule }) {
  const session = useSession();
  const { data: known } = useQuery(channelsQuery);
  const value = rule.samples.at(-1);
  const names = rule.projects.map((id) => session?.projects.find((one) => one.id === id)?.name ?? id);
  const { condition, schedule, channels } = rule;
  const rows: [string, React.ReactNode][] = [
    ['Projects', names.length === 0 ? 'all' : names.join(', ')],
    ['Priority', rule.priority],
    ...(value?.value === undefined || value.value === null
      ? []
      : ([['Value', fullNumber(value.value)]] as [string, string][])),
    ...(condition.kind === 'log'
      ? ([
          ['Looks', `every ${seconds(condition.intervalSeconds)}`],
          ['Fires after', condition.forMinutes === 0 ? 'at once' : spell(condition.forMinutes)],
        ] as [string, string][])
      : []),
    ['Told', toldTo(channels, known?.items ?? [])],
    ['Told again', rule.repeatMinutes === 0 ? 'never' : `every ${spell(rule.repeatMinutes)}`],
    ['Hours', schedule ? `${schedule.from} to ${schedule.to}, ${schedule.timeZone}` : 'always'],
    ['Last fired', rule.lastFiredAt ? <RelativeTime key="fired" time={rule.lastFiredAt} /> : 'never'],
    ['Made', <Made key="made" rule={rule} />],
  ];
  return (
    <Card title="The alert">
      <dl className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
        {rows.map(([name, what]) => (
          <div key={name} className="col-span-2 grid grid-cols-subgrid">
            <dt className="text-ink-faint">{name}</dt>
            <dd className="min-w-0 [overflow-wrap:anywhere]">{what}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}

function toldTo(ids: readonly string[], known: readonly { id: string; name: string }[]): string {
  if (ids.length === 0) return 'nobody: it is seen here alone';
  const names = ids.flatMap((id) => known.find((one) => one.id === id)?.name ?? []);
  return names.length === 0 ? counted(ids.length, 'channel') : names.join(', ');
}

const seconds = (count: number) => (count % 60 === 0 ? spell(count / 60) : `${count} seconds`);

function Made({ rule }: { rule: AlertRule }) {
  return (
    <>
      <RelativeTime time={rule.createdAt} />
      {rule.createdBy && ` by ${rule.createdBy}`}
    </>
  );
}
