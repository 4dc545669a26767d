/** Something wider or higher than its place. It takes the focus, so that arrow keys scroll it too. */
import type { ReactNode } from 'react';

export function ScrollArea({
  label,
  className,
  children,
}: {
  label: string;
  className: string;
  children: ReactNode;
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: a group without a form; a section would be one more landmark
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard (WCAG 2.1.1)
    <div role="group" aria-label={label} tabIndex={0} className={className}>
      {children}
    </div>
  );
}
