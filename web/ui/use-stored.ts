/** A small choice that belongs to the reader's browser and to no address: collapsed, newest first, ... */
import { useCallback, useState } from 'react';

export function useStored<T extends string>(
  name: string,
  choices: readonly [T, ...T[]],
): [T, (value: T) => void] {
  const key = `tandem.${name}`;
  const [value, setValue] = useState<T>(() => {
    try {
      const stored = localStorage.getItem(key);
      return choices.find((choice) => choice === stored) ?? choices[0];
    } catch {
      return choices[0]; // Storage is blocked: the choice lasts as long as the page.
    }
  });
  const store = useCallback(
    (next: T) => {
      setValue(next);
      try {
        localStorage.setItem(key, next);
      } catch {
        // As above.
      }
    },
    [key],
  );
  return [value, store];
}
