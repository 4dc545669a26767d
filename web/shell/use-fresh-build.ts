/**
 * After an update of the server the files an open page would fetch next are gone. Vite says so, and loading the
 * page once more brings the new ones; not twice, for then the files are missing for another reason.
 */
import { useEffect } from 'react';

const KEY = 'tandem.reloaded';
const AGAIN_AFTER_MS = 60_000;

function reloadOnce() {
  try {
    if (Date.now() - Number(sessionStorage.getItem(KEY)) < AGAIN_AFTER_MS) return;
    sessionStorage.setItem(KEY, String(Date.now()));
  } catch {
    return; // Without storage nobody could tell the first time from the second.
  }
  window.location.reload();
}

export function useFreshBuild() {
  useEffect(() => {
    window.addEventListener('vite:preloadError', reloadOnce);
    return () => window.removeEventListener('vite:preloadError', reloadOnce);
  }, []);
}
