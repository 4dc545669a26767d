/** Changes filters and shows what came of it: the page, its numbers, and the way back. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { FilterRules } from '#contract/api.ts';
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
