/**
 * Source maps and the files they are of, by bundle, and the chunks that bundles are uploaded in. Files repeat the release of
 * their bundle, so that either way to find one is a single look into an index.
 */
import type { DialectWords } from './words.ts';

export function artifacts({ id, integer }: DialectWords): string[] {
  return [
    `create table upload_chunk (
      organization_id ${integer} not null references organization (id) on delete cascade,
      sha1 text not null,
      bytes ${integer} not null,
      blob text not null,
      created_at ${integer} not null,
      primary key (organization_id, sha1)
    )`,
    'create index upload_chunk_age on upload_chunk (created_at)',
    'create index upload_chunk_blob on upload_chunk (blob)',
    `create table artifact_bundle (
      id ${id},
      project_id ${integer} not null references project (id) on delete cascade,
      checksum text not null,
      release text not null,
      dist text not null,
      files ${integer} not null,
      bytes ${integer} not null,
      created_at ${integer} not null,
      used_at ${integer} not null,
      unique (project_id, checksum, release, dist)
    )`,
    `create table artifact_file (
      id ${id},
      bundle_id ${integer} not null references artifact_bundle (id) on delete cascade,
      project_id ${integer} not null,
      kind text not null,
      url text not null,
      debug_id text not null,
      source_map text not null,
      release text not null,
      dist text not null,
      bytes ${integer} not null,
      blob text not null
    )`,
    'create index artifact_file_bundle on artifact_file (bundle_id)',
    'create index artifact_file_debug_id on artifact_file (project_id, debug_id)',
    'create index artifact_file_url on artifact_file (project_id, release, url)',
    'create index artifact_file_blob on artifact_file (blob)',
  ];
}
