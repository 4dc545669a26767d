/** Long pieces of work let short ones in between. */
import { expect, it } from 'vitest';
import { createLoopTurns } from './loop-turns.ts';

it('gives each piece of work a turn of its own, in the order of the calls', async () => {
  const turns = createLoopTurns();
  const done: string[] = [];
  const long = async (name: string) => {
    await turns.next();
    done.push(name);
    // Arrives while it works, as a request does.
    setImmediate(() => done.push(`after ${name}`));
  };
  await Promise.all([long('first'), long('second'), long('third')]);
  expect(done).toEqual(['first', 'after first', 'second', 'after second', 'third']);
});
