/**
 * One process per directory. The lock is SQLite's exclusive lock on an empty file in it, held in an open
 * transaction: an fcntl lock that the kernel gives to one process and takes back when that process ends in any
 * way. So there is no stale lock to judge, no pid to trust, and of two starters exactly one wins.
 *
 * Roads not taken: a pid file is a guess (pids come again, and two starters can both take over a stale one); an
 * abstract socket is exclusive per network namespace only, so two containers on one volume would not see each
 * other; a socket file must be unlinked after a crash, which is the race again. Node has no flock.
 *
 * POSIX drops a process's fcntl locks when it closes any descriptor of the file: nothing else may open it.
 * Who holds the lock is written beside it, for people; it decides nothing.
 */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeDirectory } from './durable-file.ts';

/** SQLite's result code when another connection holds the lock; extended codes keep it in the low byte. */
const SQLITE_BUSY = 5;
/** A holder writes who it is just after it took the lock: how often and how long to wait for that. */
const HOLDER_TRIES = 20;
const HOLDER_PAUSE_MS = 50;

export interface LockHolder {
  pid: number;
  host: string;
  /** ISO 8601. */
  since: string;
}

export interface DirectoryLock {
  release(): Promise<void>;
}

/** Another process holds the directory. */
export class DirectoryLocked extends Error {
  readonly holder: LockHolder | undefined;

  constructor(directory: string, holder: LockHolder | undefined) {
    const who = holder
      ? `process ${holder.pid} on ${holder.host} since ${holder.since}`
      : 'another process that did not say which';
    super(
      `The directory ${directory} is in use by ${who}. Stop that one first, or use another directory. ` +
        'There is no stale lock to remove: the lock ends with the process.',
    );
    this.name = 'DirectoryLocked';
    this.holder = holder;
  }
}

/** Takes the directory for this process until `release` or its end. Throws DirectoryLocked. */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await makeDirectory(directory);
  const holderPath = join(directory, 'lock.json');
  const database = takeLock(join(directory, 'lock'));
  if (!database) throw new DirectoryLocked(directory, await readHolder(holderPath));
  // Held by the process and not by whoever called: a forgotten, collected database would let go of the lock.
  const letGo = () => database.close();
  process.once('exit', letGo);
  const holder: LockHolder = { pid: process.pid, host: hostname(), since: new Date().toISOString() };
  await writeFile(holderPath, JSON.stringify(holder));
  return {
    async release() {
      process.off('exit', letGo);
      await rm(holderPath, { force: true });
      letGo();
    },
  };
}

function takeLock(path: string): DatabaseSync | undefined {
  const database = new DatabaseSync(path, { timeout: 0 });
  try {
    database.exec('BEGIN EXCLUSIVE');
    return database;
  } catch (error) {
    database.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 === SQLITE_BUSY) return undefined;
    throw error;
  }
}

/** The file may still name an earlier holder, or nobody, in the moment after the lock was taken. */
async function readHolder(path: string): Promise<LockHolder | undefined> {
  for (let tries = HOLDER_TRIES; tries > 0; tries -= 1) {
    const holder = parseHolder(await readFile(path, 'utf8').catch(() => ''));
    if (holder && (holder.host !== hostname() || isAlive(holder.pid))) return holder;
    await sleep(HOLDER_PAUSE_MS);
  }
  return undefined;
}

/** Undefined for a file that is not there, or not wholly written yet. */
function parseHolder(text: string): LockHolder | undefined {
  if (!text.endsWith('}')) return undefined;
  return JSON.parse(text);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
