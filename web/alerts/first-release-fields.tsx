/** Of which release an issue has to be news: the newest, any, or those like a pattern. */
import { useState } from 'react';
import { Field, SelectField } from '#web/ui/field.tsx';

interface FirstReleaseFieldsProps {
  /** As the server takes it: empty, `latest`, `*` or a pattern. */
  release: string;
  onChange: (release: string) => void;
}

/** Until something else is written: what every version of one program is like. */
const PATTERN_BEGUN = 'name@1.*';

export function FirstReleaseFields({ release, onChange }: FirstReleaseFieldsProps) {
  // While a pattern is being written it may be anything, such as empty.
  const [isPattern, setIsPattern] = useState(release !== '' && release !== 'latest' && release !== '*');
  return (
    <>
      <SelectField
        label="First seen in a release"
        value={isPattern ? 'like' : release}
        hint="The release of its first event"
        onChange={({ target }) => {
          setIsPattern(target.value === 'like');
          onChange(target.value === 'like' ? PATTERN_BEGUN : target.value);
        }}
      >
        <option value="">does not matter</option>
        <option value="latest">the newest release</option>
        <option value="*">any release</option>
        <option value="like">releases like …</option>
      </SelectField>
      {isPattern && (
        <Field
          label="Releases like"
          value={release}
          required
          maxLength={250}
          hint="* stands for any characters"
          onChange={({ target }) => onChange(target.value)}
        />
      )}
    </>
  );
}
