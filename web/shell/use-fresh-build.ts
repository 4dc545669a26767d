/**
 * After an update of the server the files an open page would fetch next are gone. Vite says so, and loading the
 * page once more brings the new ones.
 */
import { useEffect } from 'react';

export function useFreshBuild() {
  useEffect(() => {
    const reload = () => window.location.reload();
    window.addEventListener('vite:preloadError', reload, { once: true });
    return () => window.removeEventListener('vite:preloadError', reload);
  }, []);
}
