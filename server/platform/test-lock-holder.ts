/**
 * The program that directory-lock.integration.test.ts starts: takes the lock, says so, and keeps it until it is
 * killed. A refusal is said too, with the message as people would see it.
 */
import { DirectoryLocked, lockDirectory } from './directory-lock.ts';

const [directory = ''] = process.argv.slice(2);
try {
  await lockDirectory(directory);
  console.log('held');
  setInterval(() => {}, 60_000);
} catch (error) {
  if (!(error instanceof DirectoryLocked)) throw error;
  console.log(error.message);
}
