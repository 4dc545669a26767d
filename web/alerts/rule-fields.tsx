/** The fields of a rule: what it waits for, of what, and who is told when. */
import type { AlertCondition, AlertKind, AlertRuleInput } from '#contract/alerts.ts';
import { useSession } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { CONTROL, Field, SelectField } from '#web/ui/field.tsx';
import { Segmented } from '#web/ui/segmented.tsx';
import { ChannelFields } from './channel-fields.tsx';
import { Check } from './check.tsx';
import { usualCondition, usualName } from './draft.ts';
import { IssueFields } from './issue-fields.tsx';
import { LogFields } from './log-fields.tsx';
import { HealthFields, MonitorFields } from './other-fields.tsx';
import { SpanField } from './span-field.tsx';
import { KINDS, PRIORITIES } from './words.ts';

interface RuleFieldsProps {
  rule: AlertRuleInput;
  onChange: (rule: AlertRuleInput) => void;
}

export function RuleFields({ rule, onChange }: RuleFieldsProps) {
  const change = (next: Partial<AlertRuleInput>) => onChange({ ...rule, ...next });
  return (
    <>
      <Card title="When">
        <div className="flex min-w-0 flex-col gap-4">
          <Segmented
            label="What it is about"
            value={rule.condition.kind}
            choices={KINDS}
            onChange={(kind: AlertKind) => change({ condition: usualCondition(kind) })}
            className="max-w-full self-start overflow-x-auto"
          />
          <ConditionFields condition={rule.condition} onChange={(condition) => change({ condition })} />
        </div>
      </Card>
      <Card title="Where and how">
        <div className="grid min-w-0 gap-4 sm:grid-cols-2">
          <Field
            label="Name"
            value={rule.name}
            maxLength={200}
            placeholder={usualName(rule)}
            onChange={(event) => change({ name: event.target.value })}
            className="sm:col-span-2"
          />
          <ProjectFields rule={rule} onChange={change} />
          <ChannelFields channels={rule.channels} onChange={(channels) => change({ channels })} />
          <SelectField
            label="Priority"
            value={rule.priority}
            onChange={(event) => change({ priority: event.target.value as AlertRuleInput['priority'] })}
          >
            {PRIORITIES.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </SelectField>
          <SpanField
            label="Told again after"
            value={rule.repeatMinutes}
            min={0}
            max={43_200}
            hint="While it fires; 0: once"
            onChange={(repeatMinutes) => change({ repeatMinutes })}
          />
          <HoursFields rule={rule} onChange={change} />
          <Check
            label="Tell when it is over"
            checked={rule.tellResolved}
            onChange={(tellResolved) => change({ tellResolved })}
          />
          <Check
            label="Tell when it cannot be evaluated"
            checked={rule.tellProblems}
            onChange={(tellProblems) => change({ tellProblems })}
          />
        </div>
      </Card>
    </>
  );
}

interface ConditionFieldsProps {
  condition: AlertCondition;
  onChange: (condition: AlertCondition) => void;
}

function ConditionFields({ condition, onChange }: ConditionFieldsProps) {
  switch (condition.kind) {
    case 'issue':
      return <IssueFields condition={condition} onChange={onChange} />;
    case 'log':
      return <LogFields condition={condition} onChange={onChange} />;
    case 'monitor':
      return <MonitorFields condition={condition} onChange={onChange} />;
    case 'health':
      return <HealthFields condition={condition} onChange={onChange} />;
  }
}

interface PartProps {
  rule: AlertRuleInput;
  onChange: (next: Partial<AlertRuleInput>) => void;
}

/** None ticked: all, those to come too. */
function ProjectFields({ rule, onChange }: PartProps) {
  const projects = useSession()?.projects ?? [];
  const isOf = ({ id, slug }: { id: string; slug: string }) =>
    rule.projects.includes(id) || rule.projects.includes(slug);
  return (
    <fieldset className="min-w-0 sm:col-span-2">
      <legend className="text-sm font-medium">Projects</legend>
      <div className="mt-1 flex max-h-40 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {projects.map((project) => (
          <Check
            key={project.id}
            label={project.name}
            checked={isOf(project)}
            onChange={(checked) =>
              onChange({
                projects: projects
                  .filter((one) => (one.id === project.id ? checked : isOf(one)))
                  .map(({ id }) => id),
              })
            }
          />
        ))}
      </div>
      <p className="mt-1 text-xs text-ink-faint">
        {projects.some(isOf) ? 'Those that are ticked.' : 'None is ticked: all of them, those to come too.'}
      </p>
    </fieldset>
  );
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'] as const;

function HoursFields({ rule: { schedule }, onChange }: PartProps) {
  return (
    <fieldset className="flex min-w-0 flex-col gap-2 sm:col-span-2">
      <legend className="text-sm font-medium">Hours</legend>
      <Check
        label="Tell only at some hours"
        checked={schedule !== null}
        onChange={(isLimited) =>
          onChange({
            schedule: isLimited
              ? {
                  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
                  ...{ days: [1, 2, 3, 4, 5], from: '08:00', to: '18:00' },
                }
              : null,
          })
        }
      />
      {schedule && (
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
          {DAYS.map((name, day) => (
            <Check
              key={name}
              label={name}
              checked={schedule.days.includes(day)}
              onChange={(isOn) =>
                onChange({
                  schedule: {
                    ...schedule,
                    days: DAYS.flatMap((_, one) =>
                      (one === day ? isOn : schedule.days.includes(one)) ? [one] : [],
                    ),
                  },
                })
              }
            />
          ))}
          <input
            type="time"
            aria-label="From"
            required
            value={schedule.from}
            onChange={(event) => onChange({ schedule: { ...schedule, from: event.target.value } })}
            className={`${CONTROL} w-auto!`}
          />
          <input
            type="time"
            aria-label="To"
            required
            value={schedule.to}
            onChange={(event) => onChange({ schedule: { ...schedule, to: event.target.value } })}
            className={`${CONTROL} w-auto!`}
          />
          <span className="text-ink-faint">{schedule.timeZone}</span>
        </div>
      )}
    </fieldset>
  );
}
