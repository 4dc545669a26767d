/** How floods are held small: so many of one issue a minute, and spike protection for the project. */
import type { ProjectFilters } from '#contract/filters.ts';
import { useMay } from '#web/session.ts';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { Field } from '#web/ui/field.tsx';
import { FormProblem } from '#web/ui/form-problem.tsx';
import { counted, fullNumber } from '#web/ui/number.ts';
import { countOf, FilteredCount, FilterRow } from './filter-row.tsx';
import { numberOf } from './limit-fields.ts';
import { useChangeFilters } from './use-change-filters.ts';

export function FloodsCard({ slug, filters }: { slug: string; filters: ProjectFilters }) {
  const { rules, counts, spike } = filters;
  const mayChange = useMay('project:admin');
  const protect = useChangeFilters(slug);
  const limit = useChangeFilters(slug, true);
  return (
    <Card title="Floods">
      <ul>
        <FilterRow
          label="Spike protection"
          hint={
            <>
              Keeps at most five times the errors that are usual for the hour of the week, and never fewer
              than 1,000 an hour. {spikeSentence(spike, rules.spikeProtection)}
            </>
          }
          isOn={rules.spikeProtection}
          disabled={!mayChange || protect.isPending}
          count={countOf(counts, 'spike_protection')}
          onChange={(isOn) =>
            protect.mutate({
              rules: { spikeProtection: isOn },
              message: `Spike protection is ${isOn ? 'on' : 'off'}`,
              before: { spikeProtection: !isOn },
            })
          }
        />
      </ul>
      <form
        className="mt-3 flex flex-wrap items-end gap-3 border-t border-line pt-3"
        onSubmit={(event) => {
          event.preventDefault();
          limit.mutate({
            rules: { issueEventsPerMinute: numberOf(new FormData(event.currentTarget), 'perMinute') },
            message: 'Saved',
            before: { issueEventsPerMinute: rules.issueEventsPerMinute },
          });
        }}
      >
        <Field
          key={rules.issueEventsPerMinute}
          className="min-w-0 flex-1 basis-64"
          label="Events of one kind kept whole in a minute"
          name="perMinute"
          type="number"
          min={1}
          max={1_000_000}
          step={1}
          inputMode="numeric"
          disabled={!mayChange}
          defaultValue={rules.issueEventsPerMinute ?? ''}
          placeholder="all of them"
          hint="The rest is counted: numbers of events and users stay exact, and so do charts. Details and tags are of those kept."
        />
        <FilteredCount count={countOf(counts, 'sampled')} />
        <FormProblem error={limit.error} />
        {mayChange && (
          <Button look="primary" type="submit" disabled={limit.isPending}>
            {limit.isPending ? 'Saving…' : 'Save'}
          </Button>
        )}
      </form>
    </Card>
  );
}

function spikeSentence({ kept, limit }: ProjectFilters['spike'], isOn: boolean): string {
  if (limit === null) return 'It needs a day of history to know what is usual.';
  const state = `This hour ${counted(kept, 'error')} of ${fullNumber(limit)}`;
  if (!isOn) return `${state} would be the limit.`;
  return kept >= limit ? `${state}: a spike, and what is beyond is dropped.` : `${state}.`;
}
