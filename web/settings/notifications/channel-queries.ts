/** What the pages of channels fetch, as the cache keeps it. Deliveries come and go by themselves: the pages ask again. */
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { ApiError, api } from '#web/client.ts';

const AGAIN_MS = 5_000;

export const channelKindsQuery = queryOptions({
  queryKey: ['channel-kinds'],
  queryFn: ({ signal }) => api.channelKinds(signal),
  staleTime: Number.POSITIVE_INFINITY,
});

export const personalQuery = queryOptions({
  queryKey: ['personal-notifications'],
  queryFn: ({ signal }) => api.personalNotifications(signal),
});

export const channelsQuery = queryOptions({
  queryKey: ['channels', 'list'],
  queryFn: ({ signal }) => api.channels(signal),
  refetchInterval: AGAIN_MS * 3,
});

/** How many alert rules that are on tell each channel. */
export const rulesOfChannelsQuery = queryOptions({
  queryKey: ['channels', 'rules'],
  queryFn: async ({ signal }) => {
    const { items } = await api.alertRules({ project: '', query: '', state: '' }, signal);
    const counts = new Map<string, number>();
    for (const { enabled, channels } of items)
      if (enabled) for (const id of channels) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  },
});

export const channelQuery = (id: string) =>
  queryOptions({
    queryKey: ['channels', 'one', id],
    queryFn: ({ signal }) => api.channel(id, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
    refetchInterval: AGAIN_MS,
  });

export const deliveriesQuery = (id: string) =>
  infiniteQueryOptions({
    queryKey: ['channels', 'deliveries', id],
    queryFn: ({ pageParam, signal }) => api.deliveries(id, pageParam ? { cursor: pageParam } : {}, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    refetchInterval: AGAIN_MS,
  });

export const deliveryQuery = (id: string, deliveryId: string) =>
  queryOptions({
    queryKey: ['channels', 'delivery', id, deliveryId],
    queryFn: ({ signal }) => api.delivery(id, deliveryId, signal),
    retry: (count, error) => !(error instanceof ApiError && error.status === 404) && count < 2,
  });
