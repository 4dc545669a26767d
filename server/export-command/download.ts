/**
 * One answer of the server into one file, as it comes: memory is bounded by what the disk has not taken. A file is whole or
 * not there; an answer that ends before its end is asked for again, for as long as patience lasts.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import type { ExportedFile } from './manifest.ts';

/** The next piece of an answer comes within it, or the server is gone, ms. */
const SILENCE_MS_MAX = 120_000;
const FIRST_WAIT_MS = 500;
const WAIT_MS_MAX = 30_000;

/** What stops an export, in a sentence for the person who can change it. */
export class ExportProblem extends Error {}

/** It is not there any more: deleted, or expired since the plan was made. */
export class Gone extends Error {}

export interface Server {
  url: string;
  token: string;
  patienceMs: number;
  say: (sentence: string) => void;
}

export interface Wanted {
  /** Path and query of the address. */
  from: string;
  directory: string;
  path: string;
  kind: string;
  /** `lines`: they are counted, and the file is compressed. `bytes`: as they are; so many records. */
  as: 'lines' | { bytes: number };
}

export async function download(server: Server, wanted: Wanted): Promise<ExportedFile> {
  let waited = 0;
  for (let turn = 0; ; turn += 1) {
    try {
      return await once(server, wanted);
    } catch (error) {
      if (error instanceof ExportProblem || error instanceof Gone) throw error;
      if (isOfThisMachine(error))
        throw new ExportProblem(`${wanted.path} cannot be written: ${textOf(error)}.`, { cause: error });
      const wait = error instanceof Later ? error.afterMs : Math.min(FIRST_WAIT_MS * 2 ** turn, WAIT_MS_MAX);
      waited += wait;
      if (waited > server.patienceMs)
        throw new ExportProblem(`${wanted.path} cannot be had from ${server.url}: ${textOf(error)}.`, {
          cause: error,
        });
      server.say(`${wanted.path}: ${textOf(error)}; trying again in ${Math.ceil(wait / 1000)} s`);
      await sleep(wait);
    }
  }
}

class Later extends Error {
  readonly afterMs: number;

  constructor(message: string, afterMs: number) {
    super(message);
    this.afterMs = afterMs;
  }
}

async function once(
  { url, token }: Server,
  { from, directory, path, kind, as }: Wanted,
): Promise<ExportedFile> {
  const silence = new AbortController();
  let timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
  const answer = await fetch(`${url}${from}`, {
    headers: { authorization: `Bearer ${token}` },
    redirect: 'manual',
    signal: silence.signal,
  });
  try {
    await check(answer, url);
    const file = join(directory, path);
    await mkdir(dirname(file), { recursive: true });
    const partial = `${file}.partial`;
    const lines = new Counter();
    const written = new Counter();
    const seen = new Transform({
      transform(part, _encoding, done) {
        clearTimeout(timer);
        timer = setTimeout(() => silence.abort(), SILENCE_MS_MAX);
        done(null, part);
      },
    });
    const body = answer.body ? Readable.fromWeb(answer.body as never) : Readable.from([]);
    try {
      if (as === 'lines')
        await pipeline(body, seen, lines, createGzip(), written, createWriteStream(partial));
      else await pipeline(body, seen, written, createWriteStream(partial));
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
    await rename(partial, file);
    const records = as === 'lines' ? lines.lines : as.bytes;
    return { path, kind, records, bytes: written.bytes, sha256: written.digest() };
  } finally {
    clearTimeout(timer);
  }
}

async function check(answer: Response, url: string): Promise<void> {
  const { status } = answer;
  if (status === 200) return;
  const said = sentenceIn(await answer.text());
  if (status === 404) throw new Gone(said);
  if (status === 401 || status === 403)
    throw new ExportProblem(
      `${url} does not let this token do that (${status}): ${said} It needs project:admin and event:read.`,
    );
  if (status === 429 || status >= 500) {
    const after = Number(answer.headers.get('retry-after'));
    throw new Later(
      `the server answers ${status}: ${said}`,
      after > 0 && after <= 3600 ? after * 1000 : 2_000,
    );
  }
  throw new ExportProblem(`${url} answers ${status}: ${said}`);
}

/** Counts what passes. */
class Counter extends Transform {
  bytes = 0;
  lines = 0;
  readonly #hash = createHash('sha256');

  override _transform(part: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.bytes += part.length;
    this.#hash.update(part);
    for (let at = part.indexOf(10); at >= 0; at = part.indexOf(10, at + 1)) this.lines += 1;
    done(null, part);
  }

  digest = () => this.#hash.digest('hex');
}

function isOfThisMachine(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return ['ENOSPC', 'EACCES', 'EROFS', 'EDQUOT', 'EISDIR', 'ENOTDIR', 'EMFILE', 'EPERM'].includes(code);
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error ? error.cause.message || error.message : error.message;
}

function sentenceIn(text: string): string {
  try {
    const { error } = JSON.parse(text);
    return String(error.message ?? error);
  } catch {
    return text.slice(0, 300).replaceAll(/\s+/g, ' ');
  }
}
