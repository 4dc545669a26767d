/** Whether the page is scrolled further than that. */
import { useSyncExternalStore } from 'react';

function subscribe(listener: () => void) {
  window.addEventListener('scroll', listener, { passive: true });
  return () => window.removeEventListener('scroll', listener);
}

export const useScrolledBeyond = (px: number) => useSyncExternalStore(subscribe, () => window.scrollY > px);
