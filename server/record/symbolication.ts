/** Why a frame of generated code does not show what a person wrote: a closed list, with the next step for each on the screen. */
export const FRAME_PROBLEMS = [
  /** Nothing was uploaded for the project yet. */
  'artifacts_missing',
  /** The event names neither a debug id of the file nor a release. */
  'file_unnamed',
  /** What it names was not uploaded. */
  'file_missing',
  /** The generated file was uploaded, its map was not. */
  'source_map_missing',
  'source_map_invalid',
  'source_map_too_large',
  /** It is being read, or reading it did not end in time. */
  'source_map_slow',
  /** The frame has no line or column, or the map knows nothing of the place. */
  'position_unmapped',
  /** The event names more files than are looked for. */
  'files_too_many',
  /** The place is known; the map does not hold the source itself. */
  'source_missing',
] as const;
export type FrameProblemCode = (typeof FRAME_PROBLEMS)[number];

export interface FrameProblem {
  code: FrameProblemCode;
  /** With names and numbers; hostile text. */
  detail: string;
}

/** A problem of one frame of an event. */
export interface FrameReport extends FrameProblem {
  /** Position among the exceptions; null: the stack of the event itself. */
  exception: number | null;
  frame: number;
}
