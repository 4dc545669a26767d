/** How many are selected; and from all of the page to all that the search finds. */
import { ISSUES_OF_CHANGE_MAX } from '#contract/change-bounds.ts';
import { Button } from '#web/ui/button.tsx';
import { fullNumber } from '#web/ui/number.ts';

interface SelectMatchingProps {
  loaded: number;
  total: number | undefined;
  selected: number;
  everything: boolean;
  onEverything: () => void;
}

export function SelectMatching({
  loaded,
  total = loaded,
  selected,
  everything,
  onEverything,
}: SelectMatchingProps) {
  if (everything)
    return (
      <span className="mr-1 shrink-0 font-medium text-ink">
        All {fullNumber(total)} that match
        {total > ISSUES_OF_CHANGE_MAX && `, ${fullNumber(ISSUES_OF_CHANGE_MAX)} at a time`}
      </span>
    );
  return (
    <>
      <span className="mr-1 shrink-0 font-medium text-ink">{fullNumber(selected)} selected</span>
      {selected === loaded && total > loaded && (
        <Button size="small" look="quiet-accent" onClick={onEverything}>
          Select all {fullNumber(total)} that match
        </Button>
      )}
    </>
  );
}
