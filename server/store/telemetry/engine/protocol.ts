/** What the two sides of the channel between the program and its embedded engine say. Plain data. */

/** The one message to the engine, right after its start. */
export interface EngineOptions {
  /** Where tables live. Absolute. */
  directory: string;
  socketPath: string;
  username: string;
  password: string;
  memoryBytesMax: number;
}

/** The one message from the engine. */
export type EngineReport = { kind: 'ready' } | { kind: 'failed'; reason: string; heldBy: number | null };
