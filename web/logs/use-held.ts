/** Whether a mouse is over an element or a finger on it: what one is about to press must not move away. */
import { type RefObject, useEffect, useState } from 'react';

export function useHeld(element: RefObject<HTMLElement | null>, on: boolean): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const at = element.current;
    if (!on || !at) return;
    const isMouse = (event: PointerEvent) => event.pointerType === 'mouse';
    // Moving, not entering: lines that arrive below a mouse that lies still are not pointed at.
    const hold = (event: PointerEvent) => (event.type === 'pointerdown' || isMouse(event)) && setHeld(true);
    const letGo = (event: PointerEvent) => (event.type !== 'pointerup' || !isMouse(event)) && setHeld(false);
    const holding = ['pointermove', 'pointerdown'] as const;
    const lettingGo = ['pointerleave', 'pointerup', 'pointercancel'] as const;
    for (const type of holding) at.addEventListener(type, hold);
    for (const type of lettingGo) at.addEventListener(type, letGo);
    return () => {
      for (const type of holding) at.removeEventListener(type, hold);
      for (const type of lettingGo) at.removeEventListener(type, letGo);
      setHeld(false);
    };
  }, [element, on]);
  return held;
}
