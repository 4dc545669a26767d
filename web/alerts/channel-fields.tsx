/** Where an alert is told: the channels of the organization. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { channelsQuery } from './alerts-queries.ts';
import { Check } from './check.tsx';

interface ChannelFieldsProps {
  channels: readonly string[];
  onChange: (channels: string[]) => void;
}

export function ChannelFields({ channels, onChange }: ChannelFieldsProps) {
  const { data } = useQuery(channelsQuery);
  if (!data) return null;
  const known = data.items;
  return (
    <fieldset className="min-w-0 sm:col-span-2">
      <legend className="text-sm font-medium">Told to</legend>
      <div className="mt-1 flex max-h-40 flex-wrap gap-x-4 gap-y-1 overflow-y-auto">
        {known.map(({ id, name, paused }) => (
          <Check
            key={id}
            label={paused ? `${name} (paused)` : name}
            checked={channels.includes(id)}
            onChange={(isOn) =>
              onChange(
                // Those that are gone are not kept.
                known.flatMap((one) => ((one.id === id ? isOn : channels.includes(one.id)) ? [one.id] : [])),
              )
            }
          />
        ))}
      </div>
      <p className="mt-1 text-xs text-ink-faint">
        {known.length === 0
          ? 'There is no channel yet. '
          : channels.length === 0
            ? 'Nobody is told: it is seen here alone. '
            : ''}
        <Link
          to="/settings/{-$section}"
          params={{ section: 'notifications' }}
          className="text-accent underline underline-offset-2"
        >
          Channels
        </Link>
      </p>
    </fieldset>
  );
}
