/** The story as the cache keeps it: of an occurrence that is over nothing changes any more but late lines. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { Story } from '#contract/story.ts';
import { api } from '#web/client.ts';

export const AROUND = [
  { ms: 60_000, label: '1 min' },
  { ms: 300_000, label: '5 min' },
  { ms: 1_800_000, label: '30 min' },
  { ms: 21_600_000, label: '6 h' },
] as const;
export const AROUND_USUAL_MS = 300_000;

/** What an address may ask for; other numbers are as usual. */
export const readAround = (ms: number | undefined): number =>
  AROUND.find((each) => each.ms === ms)?.ms ?? AROUND_USUAL_MS;

/** Loggers send their lines within it. */
export const LINES_SENT_MS = 5_000;

/** Of an error that just came some lines are on their way: asked again when they are there, and then no more. */
const againMs = ({ state: { data } }: { state: { data?: Story } }): number | false =>
  data?.cutShort?.some(({ why }) => why === 'early') ? LINES_SENT_MS : false;

export const storyQuery = (issueId: string, eventId: string, aroundMs: number) =>
  queryOptions({
    queryKey: ['issue', issueId, 'story', eventId, aroundMs],
    queryFn: ({ signal }) => api.story(issueId, eventId, aroundMs, signal),
    staleTime: 60_000,
    refetchInterval: againMs,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });

export const userStoryQuery = (issueId: string, user: string, aroundMs: number) =>
  queryOptions({
    queryKey: ['issue', issueId, 'user-story', user, aroundMs],
    queryFn: ({ signal }) => api.userStory(issueId, user, aroundMs, signal),
    staleTime: 60_000,
    refetchInterval: againMs,
    placeholderData: keepPreviousData,
    refetchOnWindowFocus: false,
  });
