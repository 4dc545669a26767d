/** The source maps of a project: what builds uploaded, and how a build uploads. */
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ArtifactBundles } from '#contract/projects.ts';
import { api } from '#web/client.ts';
import { sessionQuery, useMay } from '#web/session.ts';
import { Badge } from '#web/ui/badge.tsx';
import { Button } from '#web/ui/button.tsx';
import { Card } from '#web/ui/card.tsx';
import { CodeBlock } from '#web/ui/code-block.tsx';
import { ConfirmDialog } from '#web/ui/confirm-dialog.tsx';
import { ErrorState } from '#web/ui/error-state.tsx';
import { byteSize, counted } from '#web/ui/number.ts';
import { RelativeTime } from '#web/ui/relative-time.tsx';
import { SkeletonLines } from '#web/ui/skeleton.tsx';

type Bundle = ArtifactBundles['items'][number];

export function SourceMapsCard({ slug }: { slug: string }) {
  const queryClient = useQueryClient();
  const mayDelete = useMay('project:releases');
  const [removing, setRemoving] = useState<Bundle | null>(null);
  const { data, error, refetch } = useQuery({
    queryKey: ['artifacts', slug],
    queryFn: ({ signal }) => api.artifacts(slug, signal),
  });
  const remove = useMutation({
    mutationFn: (id: string) => api.deleteArtifacts(slug, id),
    onSuccess: () => {
      setRemoving(null);
      queryClient.invalidateQueries({ queryKey: ['artifacts', slug] });
    },
  });
  return (
    <Card
      title="Source maps"
      note={
        data && data.bytes > 0
          ? `${byteSize(data.bytes)} of ${byteSize(data.bytesMax)}, all projects`
          : undefined
      }
      flush
    >
      {error && !data ? (
        <ErrorState error={error} retry={refetch} what="The source maps could not be loaded" />
      ) : !data ? (
        <SkeletonLines lines={3} className="p-4" />
      ) : data.items.length === 0 ? (
        <HowToUpload slug={slug} />
      ) : (
        <ul className="max-h-112 overflow-y-auto">
          {data.items.map((bundle) => (
            <BundleRow
              key={bundle.id}
              bundle={bundle}
              onDelete={mayDelete ? () => setRemoving(bundle) : undefined}
            />
          ))}
        </ul>
      )}
      {removing && (
        <ConfirmDialog
          title={`Delete ${nameOf(removing)}?`}
          verb="Delete"
          busy={remove.isPending}
          onConfirm={() => remove.mutate(removing.id)}
          onClose={() => setRemoving(null)}
        >
          New errors of this build will show minified code, and be grouped by it, until it is uploaded again.
        </ConfirmDialog>
      )}
    </Card>
  );
}

const nameOf = ({ release, dist }: Bundle) =>
  release ? `${release}${dist ? ` (${dist})` : ''}` : 'the build without a release';

function BundleRow({ bundle, onDelete }: { bundle: Bundle; onDelete: (() => void) | undefined }) {
  const hidden = bundle.fileCount - bundle.files.length;
  return (
    <li className="flex items-start gap-2 border-b border-line px-4 py-2.5 last:border-0">
      <details className="min-w-0 flex-1">
        <summary className="cursor-pointer [overflow-wrap:anywhere]">
          <bdi className="mr-2 text-sm font-medium">{bundle.release || 'No release'}</bdi>
          {bundle.dist && <Badge title="dist">{bundle.dist}</Badge>}
          <span className="text-xs text-ink-faint">
            {counted(bundle.fileCount, 'file')} · {byteSize(bundle.bytes)} · uploaded{' '}
            <RelativeTime time={bundle.createdAt} />, needed <RelativeTime time={bundle.usedAt} />
          </span>
        </summary>
        <ul className="mt-1.5 flex flex-col gap-1 text-xs">
          {bundle.files.map((file) => (
            <li key={file.kind + file.url} className="flex flex-wrap gap-x-3">
              <bdi className="font-mono [overflow-wrap:anywhere]">{file.url}</bdi>
              <span className="text-ink-faint">{byteSize(file.bytes)}</span>
              {file.debugId && <bdi className="font-mono text-2xs text-ink-faint">{file.debugId}</bdi>}
            </li>
          ))}
          {hidden > 0 && <li className="text-ink-faint">and {counted(hidden, 'more file')}</li>}
        </ul>
      </details>
      {onDelete && (
        <Button size="small" look="quiet-danger" onClick={onDelete}>
          Delete
        </Button>
      )}
    </li>
  );
}

function HowToUpload({ slug }: { slug: string }) {
  const { data: session } = useQuery(sessionQuery);
  const url = session?.publicUrl ?? '';
  const organization = session?.organization.slug ?? 'default';
  return (
    <div className="flex flex-col gap-3 p-4 text-sm">
      <p className="max-w-prose text-ink-soft">
        Nothing was uploaded yet: errors of minified JavaScript show minified code. After each build, with an
        API token that may do project:releases:
      </p>
      <CodeBlock
        language="sh"
        what="Commands that upload source maps"
        code={`export SENTRY_URL=${url}
export SENTRY_ORG=${organization} SENTRY_PROJECT=${slug}
export SENTRY_AUTH_TOKEN=…
npx @sentry/cli sourcemaps inject ./dist
npx @sentry/cli sourcemaps upload ./dist`}
      />
      <p className="max-w-prose text-ink-soft">
        Or let the build do it: the plugins of Sentry for Vite, webpack, Rollup and esbuild take the same
        settings. Errors that came before the upload become readable too.
      </p>
    </div>
  );
}
