/** A small window beside its button; loaded when it is wanted, as the menu (see menu.tsx). */
import type { ReactNode } from 'react';
import { onDemand, TriggerOnDemand } from './on-demand.tsx';

const popover = onDemand(() => import('./popover-parts.tsx'));

export interface PopoverProps {
  /** The button: one element, which gets the behaviour. */
  trigger: ReactNode;
  /** What it is, for who does not see it. */
  label: string;
  align?: 'start' | 'end';
  className?: string;
  children: ReactNode;
}

export function Popover(props: PopoverProps) {
  return (
    <TriggerOnDemand from={popover} trigger={props.trigger} opens="dialog">
      {(loaded, onTrigger) => <loaded.Popover {...props} onTrigger={onTrigger} />}
    </TriggerOnDemand>
  );
}
