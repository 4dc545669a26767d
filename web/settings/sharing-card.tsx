/** Whether issues may have public links. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { api } from '#web/client.ts';
import { useMay } from '#web/session.ts';
import { Card } from '#web/ui/card.tsx';
import { toast } from '#web/ui/toast.tsx';

export function SharingCard() {
  const mayChange = useMay('org:admin');
  const queryClient = useQueryClient();
  const { data } = useQuery({
    queryKey: ['organization'],
    queryFn: ({ signal }) => api.organization(signal),
  });
  /** What was clicked, until the server has answered. */
  const [chosen, setChosen] = useState<boolean | null>(null);
  const change = useMutation({
    mutationFn: (sharing: boolean) => api.updateOrganization({ sharing }),
    onSuccess: (organization) => {
      queryClient.setQueryData(['organization'], organization);
      toast({ message: organization.sharing ? 'Public links are on' : 'Public links are off' });
    },
    onSettled: () => setChosen(null),
  });
  return (
    <Card title="Public links">
      <label className="flex items-start gap-2.5 text-sm">
        <input
          type="checkbox"
          className="mt-0.5 size-4 accent-accent"
          checked={chosen ?? data?.sharing ?? false}
          disabled={!mayChange || !data}
          onChange={(event) => {
            setChosen(event.target.checked);
            change.mutate(event.target.checked);
          }}
        />
        <span>
          Issues may be shared by a public link
          <span className="block text-xs text-ink-faint">
            Everybody who has a link sees the title and the stack of one issue, and nothing about users. Off,
            all links lead nowhere.
          </span>
        </span>
      </label>
    </Card>
  );
}
