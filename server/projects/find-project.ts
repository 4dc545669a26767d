/** The project that an address names, as far as the viewer may see it: the one place where a slug meets an organization. */
import * as z from 'zod';
import type { Viewer } from '#server/accounts/accounts.ts';
import { reject } from '#server/record/rejections.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';
import { type ProjectRow, selectProject } from './project-queries.ts';

/** Any text: what is no slug is not found. */
export const slugParams = z.object({ slug: z.string().max(100) });

/** The project of the viewer's organization that the address names. */
export async function findProject(db: MetadataDb, viewer: Viewer, slug: string): Promise<ProjectRow> {
  const project = await selectProject(db, viewer.organization.id, slug);
  if (!project) throw reject('not_found');
  return project;
}
