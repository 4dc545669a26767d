/**
 * One project into one directory, part by part. What is there from a run before that was cut off stays, by the plan of that
 * run; attachments follow the list of them. The manifest is written last.
 */
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import type { ExportPart, ExportPlan } from '#contract/exports.ts';
import type { ApiClient } from '#server/platform/api-client.ts';
import { download, ExportProblem, Gone, type Server } from './download.ts';
import { finishManifest, MANIFEST, type Manifest, PARTIAL, readManifest, writeManifest } from './manifest.ts';
import type { ExportSettings } from './settings.ts';

/** What was done is written down at least so often, in files: more of them are fetched again after a cut. */
const NOTE_EVERY = 20;

export interface Exported {
  manifest: Manifest;
  /** What the plan had and the server has no more. */
  gone: string[];
}

export async function exportProject(
  settings: ExportSettings,
  api: ApiClient,
  server: Server,
  progress: (path: string) => void,
): Promise<Exported> {
  const { directory } = settings;
  const manifest = await begin(settings, api);
  const present = new Set(manifest.files.map(({ path }) => path));
  const gone: string[] = [];
  let unwritten = 0;
  const take = async (wanted: Omit<Parameters<typeof download>[1], 'directory'>) => {
    if (present.has(wanted.path)) return;
    progress(wanted.path);
    try {
      manifest.files.push(await download(server, { ...wanted, directory }));
    } catch (error) {
      if (!(error instanceof Gone)) throw error;
      gone.push(wanted.path);
    }
    unwritten += 1;
    if (unwritten < NOTE_EVERY) return;
    unwritten = 0;
    await writeManifest(directory, PARTIAL, manifest);
  };

  try {
    for (const part of manifest.plan.parts) {
      const wanted = wantedOf(manifest, part);
      if (wanted) await take(wanted);
    }
    for await (const id of attachmentIds(join(directory, 'attachments.jsonl.gz')))
      await take({
        ...{ from: `/api/v1/attachments/${id}`, path: `attachments/${id}`, kind: 'attachment' },
        as: { bytes: 1 },
      });
  } finally {
    await writeManifest(directory, PARTIAL, manifest);
  }
  const finished = { ...manifest, finishedAt: new Date().toISOString() };
  await finishManifest(directory, finished);
  return { manifest: finished, gone };
}

/** Goes on with what is there, or begins; never in a directory that has something else in it. */
async function begin(settings: ExportSettings, api: ApiClient): Promise<Manifest> {
  const { directory, project, logs, url } = settings;
  await mkdir(directory, { recursive: true });
  if (await readManifest(directory, MANIFEST))
    throw new ExportProblem(`${directory} holds an export that is whole. Give another directory.`);
  const partial = await readManifest(directory, PARTIAL);
  if (partial) {
    if (partial.plan.project.slug !== project || partial.server !== url || partial.logs !== logs)
      throw new ExportProblem(
        `${directory} holds the beginning of another export (${partial.plan.project.slug} of ${partial.server}, logs as ${partial.logs}).`,
      );
    return partial;
  }
  if ((await readdir(directory)).length > 0)
    throw new ExportProblem(`${directory} is not empty. Give another directory.`);
  const manifest: Manifest = {
    ...{ format: 'tandem-export', formatVersion: 1, server: url, logs },
    plan: await api.ask<ExportPlan>('GET', `/api/v1/exports/${encodeURIComponent(project)}`),
    ...{ startedAt: new Date().toISOString(), finishedAt: null, files: [] },
  };
  await writeManifest(directory, PARTIAL, manifest);
  return manifest;
}

function wantedOf({ plan, logs }: Manifest, { kind, from, to, records }: ExportPart) {
  const slug = encodeURIComponent(plan.project.slug);
  if (from === null || to === null)
    return { from: `/api/v1/exports/${slug}/${kind}`, path: `${kind}.jsonl.gz`, kind, as: 'lines' as const };
  const name = `${kind}/${periodName(from, to)}`;
  if (kind !== 'logs') {
    const query = new URLSearchParams({ from, to, until: plan.until });
    const path = `${name}.jsonl.gz`;
    return { from: `/api/v1/exports/${slug}/${kind}?${query}`, path, kind, as: 'lines' as const };
  }
  if (logs === 'none') return null;
  const query = new URLSearchParams({
    ...{ project: plan.project.slug, format: logs, from: String(Date.parse(from)) },
    to: String(Math.min(Date.parse(to), Date.parse(plan.until))),
  });
  if (Date.parse(from) >= Date.parse(plan.until)) return null;
  return logs === 'jsonl'
    ? { from: `/api/v1/logs/export?${query}`, path: `${name}.jsonl.gz`, kind, as: 'lines' as const }
    : { from: `/api/v1/logs/export?${query}`, path: `${name}.parquet`, kind, as: { bytes: records } };
}

const DAY_MS = 86_400_000;

/** `2026-11-22` for a day, else the time at which the piece begins: `2026-11-22T10-05-30`. */
function periodName(from: string, to: string): string {
  return Date.parse(to) - Date.parse(from) === DAY_MS
    ? from.slice(0, 10)
    : from.slice(0, 19).replaceAll(':', '-');
}

async function* attachmentIds(path: string): AsyncGenerator<number> {
  const lines = createInterface({
    input: createReadStream(path).pipe(createGunzip()),
    crlfDelay: Number.POSITIVE_INFINITY,
  });
  for await (const line of lines) {
    const { id } = JSON.parse(line) as { id: unknown };
    if (Number.isSafeInteger(id)) yield id as number;
  }
}
