/** Signing in, however it is done: send the form, forget what was known, go where one wanted to go. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { PREFIX } from '#web/prefix.ts';
import { sessionQuery } from '#web/session.ts';
import { returnPath } from './return-path.ts';

export function useEnter<T>(send: (body: T) => Promise<unknown>, from?: string) {
  const queryClient = useQueryClient();
  const router = useRouter();
  return useMutation({
    mutationFn: send,
    meta: { shownInForm: true },
    onSuccess: async () => {
      queryClient.clear();
      await queryClient.prefetchQuery(sessionQuery);
      router.history.push(PREFIX + returnPath(from));
    },
  });
}
