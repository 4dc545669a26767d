/** A part of a page that its address names after `#`: parts come late, so each goes into sight itself when it is there. */
import { type RefObject, useEffect, useRef } from 'react';

/** For the element with this id; `isThere` when what it shows has arrived. */
export function usePlaceInSight<T extends HTMLElement>(id: string, isThere: boolean): RefObject<T | null> {
  const place = useRef<T>(null);
  useEffect(() => {
    if (isThere && window.location.hash === `#${id}`) place.current?.scrollIntoView();
  }, [id, isThere]);
  return place;
}
