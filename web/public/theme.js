/*
 * Runs before the first paint so that a dark page never flashes white. A file of its own, because the content
 * security policy allows no inline script. web/ui/theme.ts changes the choice later.
 */
(() => {
  let choice = null;
  try {
    choice = localStorage.getItem('tandem.theme');
  } catch {
    // Storage is blocked: follow the system.
  }
  const dark =
    choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
