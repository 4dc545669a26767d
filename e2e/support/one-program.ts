/** One program, and a browser beside it, for all tests of a file; it ends with them, and so does what it stored. */
import { afterAll, afterEach, beforeAll } from 'vitest';
import { openScreens, type Screens } from './browser.ts';
import { type Program, type ProgramOptions, startProgram } from './program.ts';

/** There from the first hook after `startForAll` on. */
export let program: Program;
export let screens: Screens;

/** Called at the top of a file, before its own hooks. */
export function startForAll(options: ProgramOptions | (() => Promise<ProgramOptions>) = {}): void {
  beforeAll(async () => {
    program = await startProgram(typeof options === 'function' ? await options() : options);
    screens = await openScreens(program);
  });
  afterEach(() => screens.leave());
  afterAll(async () => {
    await screens?.close();
    await program?.discard();
  });
}

/** Starts it again after `program.stop()`: on its data, at its address. */
export async function startAgain(): Promise<void> {
  const { dataDirectory, url } = program;
  program = await startProgram({ dataDirectory, port: Number(new URL(url).port) });
}
