/** Why frames of minified code are not readable, in sentences, each with what to do about it. */
import type { EventDetail } from '#contract/events.ts';

type FrameProblem = EventDetail['frameProblems'][number];

export interface FrameProblemGroup {
  code: FrameProblem['code'];
  frames: number;
  what: string;
  next: string;
  /** Of the frame nearest to the error. */
  detail: string;
}

const WORDS: Readonly<Record<FrameProblem['code'], readonly [what: string, next: string]>> = {
  artifacts_missing: [
    'No source maps were uploaded for this project',
    'Upload those of your build. This event will be readable too.',
  ],
  file_unnamed: [
    'The event does not say which build it comes from',
    'Run sentry-cli sourcemaps inject on the build, or set a release in the SDK.',
  ],
  file_missing: [
    'The source map of this file was not uploaded',
    'Upload the files of exactly this build. This event will be readable too.',
  ],
  source_map_missing: [
    'The file was uploaded without its source map',
    'Have the bundler write source maps, and upload the whole folder.',
  ],
  source_map_invalid: ['The source map cannot be read', 'Build it again, and upload it again.'],
  source_map_too_large: ['The source map is larger than this server reads', 'Split the bundle.'],
  source_map_slow: ['The source map is being read', 'Load the page again in a moment.'],
  files_too_many: ['The event names more files than are looked for', 'Nothing: no build has that many.'],
  position_unmapped: [
    'The source map says nothing of this place',
    'Upload the source map of exactly this build; some generated code belongs to no source.',
  ],
  source_missing: [
    'The source map does not hold the source',
    'Have the bundler put sourcesContent into its source maps.',
  ],
};

/** One entry for each reason, that of the frame nearest to the error first. */
export function groupFrameProblems(problems: readonly FrameProblem[]): FrameProblemGroup[] {
  const byCode = Map.groupBy(problems.toReversed(), ({ code }) => code);
  return [...byCode].map(([code, [nearest, ...others]]) => ({
    code,
    frames: 1 + others.length,
    what: WORDS[code][0],
    next: WORDS[code][1],
    detail: nearest!.detail,
  }));
}
