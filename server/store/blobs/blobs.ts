/**
 * The blob port: attachments, dead letters, build artifacts and the chunks they are uploaded in, whole files by name. Names are made here from the content
 * (SHA-256), so that writing the same bytes twice keeps one file and a replay changes nothing.
 */
import type { Readable } from 'node:stream';

export type BlobSpace = 'attachments' | 'dead-letters' | 'artifacts' | 'upload-chunks';

export interface BlobStore {
  /** Writes and fsyncs; returns the blob's name. */
  put(space: BlobSpace, bytes: Uint8Array): Promise<string>;
  /** Throws Rejection `not_found` for a name that is not there or not a name. So does `stream`. */
  get(name: string): Promise<Buffer>;
  stream(name: string): Promise<Readable>;
  /** Only when no row names it any more: equal bytes share one blob. Removing what is not there is fine. */
  remove(name: string): Promise<void>;
}
