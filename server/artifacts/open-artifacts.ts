/**
 * Puts artifacts together for main: what uploaders, people and retention do with them. What changes blobs is done one after
 * the other, so that no bundle counts on a blob that another is just losing.
 */
import { readdir, rm } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import type { FastifyPluginAsync } from 'fastify';
import type { ProjectSummary } from '#contract/people.ts';
import type { Clock } from '#server/platform/clock.ts';
import { makeDirectory } from '#server/platform/durable-file.ts';
import { Unavailable } from '#server/platform/rejection.ts';
import { reject } from '#server/record/rejections.ts';
import type { BlobStore } from '#server/store/blobs/blobs.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { artifactRoutes } from './artifact-routes.ts';
import { type BuildName, CHUNKS_BYTES_MAX, UPLOADS_MAX } from './artifacts.ts';
import { type Assembly, assembleBundle, projectsWith } from './assemble.ts';
import { deleteBundle, deleteBundlesOf, deleteUnused } from './delete-artifacts.ts';
import { InvalidBundle } from './invalid-bundle.ts';
import { receiveParts } from './receive-parts.ts';
import { expireChunks, keepChunk, knownChunks } from './upload-chunks.ts';

/** An uploader that waits this long for its bundle is told to ask again, ms. */
const ASSEMBLE_WAIT_MS = 15_000;
const DAY_MS = 86_400_000;

export interface AssembleRequest extends BuildName {
  organization: number;
  checksum: string;
  chunks: readonly string[];
  projects: readonly number[];
}

export interface AssembleState {
  state: 'not_found' | 'assembling' | 'ok' | 'error';
  missingChunks: string[];
  detail: string | null;
}

export interface Artifacts {
  routes: FastifyPluginAsync;
  /** Takes the pieces of one request. Throws Rejection or Unavailable. */
  receiveChunks(organization: number, raw: IncomingMessage): Promise<void>;
  /** Makes a bundle of pieces that are here, or says which are not. */
  assemble(request: AssembleRequest): Promise<AssembleState>;
  deleteProject(project: number): Promise<void>;
  /** Forgets pieces of uploads that were given up, and bundles that nothing needs. To be called now and then. */
  expire(): Promise<void>;
}

export async function openArtifacts(options: {
  db: MetadataDb;
  blobs: BlobStore;
  dataDirectory: string;
  artifactBytesMax: number;
  retentionDays: number;
  clock: Clock;
  listProjects(organizationId: number): Promise<ProjectSummary[]>;
}): Promise<Artifacts> {
  const { db, blobs, clock, artifactBytesMax } = options;
  const temporaryDirectory = join(options.dataDirectory, 'assembling');
  await makeDirectory(temporaryDirectory);
  // What an earlier run was putting together when it ended.
  for (const name of await readdir(temporaryDirectory)) await rm(join(temporaryDirectory, name));

  const stores = { db, blobs, temporaryDirectory, artifactBytesMax };
  const oneAtATime = inTurn();
  const underWay = new Map<string, Promise<void>>();
  let uploads = 0;

  /** Shared by all who ask for the same. */
  function assembling(name: string, assembly: Assembly): Promise<void> {
    const known = underWay.get(name);
    if (known) return known;
    const work = oneAtATime(() => assembleBundle(stores, assembly, clock.now())).finally(() =>
      underWay.delete(name),
    );
    // Whoever asked may have gone meanwhile; who asks again is told again.
    work.catch(() => {});
    underWay.set(name, work);
    return work;
  }

  return {
    routes: artifactRoutes({
      ...{ db, artifactBytesMax, listProjects: options.listProjects },
      deleteBundle: (project, id) => oneAtATime(() => deleteBundle(stores, project, id)),
    }),

    async receiveChunks(organization, raw) {
      if (uploads >= UPLOADS_MAX)
        throw new Unavailable('uploads_in_flight', 'Other uploads are under way. Retry shortly.');
      uploads += 1;
      try {
        await refuseWhenFull(db);
        await receiveParts(raw, (part) => keepChunk(stores, organization, part, clock.now()));
      } finally {
        uploads -= 1;
      }
    },

    async assemble({ organization, chunks, ...bundle }) {
      const have = new Set(await projectsWith(db, bundle));
      const projects = bundle.projects.filter((project) => !have.has(project));
      if (projects.length === 0) return { state: 'ok', missingChunks: [], detail: null };
      const known = await knownChunks(db, organization, chunks, clock.now());
      const missingChunks = [...new Set(chunks)].filter((sha1) => !known.has(sha1));
      if (missingChunks.length > 0 || chunks.length === 0)
        return { state: 'not_found', missingChunks, detail: null };

      const name = JSON.stringify([organization, bundle, chunks]);
      const work = assembling(name, { ...bundle, projects, chunks: chunks.map((sha1) => known.get(sha1)!) });
      try {
        const isDone = await Promise.race([work.then(() => true), later(ASSEMBLE_WAIT_MS)]);
        return { state: isDone ? 'ok' : 'assembling', missingChunks: [], detail: null };
      } catch (error) {
        if (!(error instanceof InvalidBundle)) throw error;
        const detail = `The bundle cannot be used: ${error.message}`;
        return { state: 'error', missingChunks: [], detail };
      }
    },

    deleteProject: (project) => oneAtATime(() => deleteBundlesOf(stores, project)),

    expire: () =>
      oneAtATime(async () => {
        const now = clock.now();
        await expireChunks(stores, now);
        await deleteUnused(stores, now - options.retentionDays * DAY_MS);
      }),
  };
}

async function refuseWhenFull(db: MetadataDb): Promise<void> {
  const row = await db
    .selectFrom('upload_chunk')
    .select(({ fn }) => fn.sum<number | string | null>('bytes').as('bytes'))
    .executeTakeFirst();
  if (Number(row?.bytes ?? 0) > CHUNKS_BYTES_MAX)
    throw reject(
      'artifacts_full',
      `${CHUNKS_BYTES_MAX} bytes of unfinished uploads wait; they go after a day`,
    );
}

function inTurn(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(resolve, ms, false as const).unref());
}
