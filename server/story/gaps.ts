/** What a story has not, and why: every part is asked for alone, so that one that fails leaves the others. */
import type { StoryGap } from '#contract/story.ts';
import { cutShortBy } from '#server/store/telemetry/telemetry-errors.ts';

export class Gaps {
  readonly list: StoryGap[] = [];

  add(what: string, why: StoryGap['why'], text: string): void {
    this.list.push({ what, why, text });
  }

  /** The part, or `instead` and a gap when it took too long or was too large. Other errors are the caller's. */
  async part<Part>(what: string, read: Promise<Part>, instead: Part): Promise<Part> {
    try {
      return await read;
    } catch (error) {
      const by = cutShortBy(error);
      if (by === undefined || by === 'aborted') throw error;
      if (by === 'time') this.add(what, 'time', `The ${what} could not be read in time.`);
      else this.add(what, 'bytes', `The ${what} are too large to be read at once.`);
      return instead;
    }
  }
}
