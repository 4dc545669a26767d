/**
 * The project one looks at: from the address where it stands, and remembered on pages that belong to no single
 * one, so that coming back from the settings leads to the same list.
 */
import { useRouterState } from '@tanstack/react-router';

let remembered = '';

/** The slug; empty for all projects. */
export function useCurrentProject(): string {
  return useRouterState({
    select: ({ location }) => {
      if (
        /^\/(?:issues|logs|logs\/sql|traces|releases|alerts|monitors|feedback|usage)$/.test(location.pathname)
      ) {
        const { project } = location.search as { project?: string };
        remembered = project ?? '';
      }
      return remembered;
    },
  });
}
