/** Changes filters and shows what came of it: the page, its numbers, and the way back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FilterRules, ProjectFilters } from '#contract/filters.ts';
import { api } from '#web/client.ts';
import { toast } from '#web/ui/toast.tsx';

interface Change {
  rules: Partial<FilterRules>;
  message: string;
  /** What was before, for Undo. */
  before?: Partial<FilterRules>;
}

export function useChangeFilters(slug: string, shownInForm = false) {
  const queryClient = useQueryClient();
  const change = useMutation({
    mutationFn: ({ rules }: Change) => api.updateFilters(slug, rules),
    ...(shownInForm ? { meta: { shownInForm: true } } : {}),
    // A switch stands where it was put, and goes back when that is refused.
    onMutate: async ({ rules }) => {
      await queryClient.cancelQueries({ queryKey: ['filters', slug] });
      const shown = queryClient.getQueryData<ProjectFilters>(['filters', slug]);
      if (shown)
        queryClient.setQueryData(['filters', slug], { ...shown, rules: { ...shown.rules, ...rules } });
      return shown;
    },
    onError: (_, __, shown) => {
      if (shown) queryClient.setQueryData(['filters', slug], shown);
    },
    onSuccess: (changed, { message, before }) => {
      queryClient.setQueryData(['filters', slug], changed);
      queryClient.invalidateQueries({ queryKey: ['expected', slug] });
      toast({
        message,
        ...(before
          ? {
              action: {
                label: 'Undo',
                run: () => change.mutate({ rules: before, message: 'As it was before' }),
              },
            }
          : {}),
      });
    },
  });
  return change;
}
