/** Releases of another tracker, with the times they had there. One that is here already keeps its own. */
import type { z } from 'zod';
import type { ImportedReleases, ImportedReleasesAnswer, LeftOut } from '#contract/imports.ts';
import { Rejection } from '#server/platform/rejection.ts';
import { makeRelease } from '#server/releases/release-writes.ts';
import type { MetadataDb } from '#server/store/metadata/metadata.ts';

export async function adoptReleases(
  db: MetadataDb,
  organizationId: number,
  project: number,
  releases: z.output<typeof ImportedReleases>['releases'],
): Promise<ImportedReleasesAnswer> {
  let taken = 0;
  const left: LeftOut[] = [];
  for (const { version, url, createdAt, releasedAt } of releases) {
    try {
      const isKnown = await db
        .selectFrom('release')
        .select('id')
        .where('organization_id', '=', organizationId)
        .where('version', '=', version)
        .executeTakeFirst();
      await makeRelease({ db, now: Date.parse(createdAt) }, organizationId, version, {
        projects: [project],
        ...(!isKnown && /^https?:\/\//.test(url) ? { url } : {}),
        ...(isKnown || releasedAt === null ? {} : { releasedAt: Date.parse(releasedAt) }),
      });
      if (!isKnown) taken += 1;
    } catch (error) {
      if (!(error instanceof Rejection)) throw error;
      left.push({ what: `release ${version.slice(0, 100)}`, why: error.message });
    }
  }
  return { taken, known: releases.length - taken - left.length, left };
}
