/** When messages go out: at once, or gathered; of a day at a time in a time zone. */
import type { ChannelTiming } from '#contract/channels.ts';
import { Field, SelectField } from '#web/ui/field.tsx';
import { DIGESTS } from './channel-words.ts';

type Digest = ChannelTiming['digest'];

interface DigestFieldsProps {
  digest: Digest;
  onDigest: (digest: Digest) => void;
  at: string;
  /** Empty: nobody has said, and it is that of the browser. */
  timeZone: string;
}

export function DigestFields({ digest, onDigest, at, timeZone }: DigestFieldsProps) {
  return (
    <>
      <SelectField label="When" value={digest} onChange={(event) => onDigest(event.target.value as Digest)}>
        {DIGESTS.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </SelectField>
      {digest === 'daily' && (
        <div className="grid grid-cols-2 gap-3">
          <Field label="At" name="at" type="time" required defaultValue={at} />
          <Field
            label="Time zone"
            name="timeZone"
            required
            defaultValue={timeZone || Intl.DateTimeFormat().resolvedOptions().timeZone}
          />
        </div>
      )}
    </>
  );
}
