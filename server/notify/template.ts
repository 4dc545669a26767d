/**
 * What people make of a webhook's body: a Liquid template, with bounds on its length, its time, the memory it takes and what it
 * makes, and no way to files or to anything but the data. It has to make JSON, so text of others goes through `| json`.
 */
import { Liquid } from 'liquidjs';

export const TEMPLATE_CHARS_MAX = 10_000;
/** A body of a notification takes microseconds; a loop over millions ends here. Milliseconds. */
const RENDER_MS_MAX = 100;
/** As liquidjs counts: characters and elements that filters and tags make. */
const MEMORY_MAX = 1_000_000;
const OUTPUT_CHARS_MAX = 256_000;
const PROBLEM_CHARS_MAX = 300;

const engine = new Liquid({
  parseLimit: TEMPLATE_CHARS_MAX,
  renderLimit: RENDER_MS_MAX,
  memoryLimit: MEMORY_MAX,
  ownPropertyOnly: true,
  strictFilters: true,
  cache: false,
  // `include`, `render` and `layout` find nothing.
  templates: {},
});

export function renderTemplate(
  template: string,
  data: object,
): { text: string; problem: null } | { text: null; problem: string } {
  try {
    const text = String(engine.parseAndRenderSync(template, structuredClone(data)));
    if (text.length > OUTPUT_CHARS_MAX)
      return { text: null, problem: `it makes more than ${OUTPUT_CHARS_MAX} characters` };
    JSON.parse(text);
    return { text, problem: null };
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error);
    const problem =
      error instanceof SyntaxError ? `it does not make JSON (${said}); text of others needs | json` : said;
    return { text: null, problem: problem.slice(0, PROBLEM_CHARS_MAX) };
  }
}
