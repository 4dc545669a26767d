/** How long what is kept, and how much may come. */
import { useQuery } from '@tanstack/react-query';
import { api } from '#web/client.ts';
import { ErrorState } from '#web/ui/error-state.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';
import type { ProjectTabProps } from './project-screen.tsx';
import { QuotasCard } from './quotas-card.tsx';
import { RetentionCard } from './retention-card.tsx';

export function LimitsTab({ project: { slug } }: ProjectTabProps) {
  const { data, error, refetch } = useQuery({
    queryKey: ['limits', slug],
    queryFn: ({ signal }) => api.limits(slug, signal),
  });
  if (error && !data)
    return <ErrorState error={error} retry={refetch} what="The limits could not be loaded" />;
  if (!data) return <SkeletonLines lines={8} />;
  return (
    <>
      <RetentionCard slug={slug} limits={data} />
      <QuotasCard slug={slug} limits={data} />
    </>
  );
}
