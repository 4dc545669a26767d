/** Sends a marked test message by a channel and shows what the other side really answered. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { Button } from '#web/ui/button.tsx';
import { cx } from '#web/ui/cx.ts';
import { sentenceOf } from '#web/ui/error-state.tsx';
import { testWords } from './channel-words.ts';

export function TestButton({ id, name }: { id: string; name: string }) {
  const queryClient = useQueryClient();
  const test = useMutation({
    mutationFn: () => api.testChannel(id),
    meta: { shownInForm: true },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['channels'] }),
  });
  const isGood = test.data?.isDelivered === true;
  return (
    <>
      <Button
        size="small"
        disabled={test.isPending}
        aria-label={test.isPending ? undefined : `Send test to ${name}`}
        onClick={() => test.mutate()}
      >
        {test.isPending ? 'Sending…' : 'Send test'}
      </Button>
      {(test.data || test.error) && (
        <p
          role="status"
          className={cx(
            'basis-full rounded-md px-3 py-2 text-xs [overflow-wrap:anywhere]',
            isGood ? 'bg-good-soft text-good' : 'bg-danger-soft text-danger',
          )}
        >
          {test.data ? testWords(test.data) : sentenceOf(test.error)}
        </p>
      )}
    </>
  );
}
