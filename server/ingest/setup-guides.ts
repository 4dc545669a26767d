/**
 * The set-up guides that protocols carry as `setup.md`, ready for a project: main hands the result to projects,
 * whose set-up page draws it. A guide is a heading `## id Name` and steps: a sentence, then a fenced block.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from '#server/platform/assert.ts';
import type { Protocol } from './protocol.ts';

export interface SetupGuide {
  id: string;
  name: string;
  sends: Protocol['sends'];
  steps: { text: string; language: string; code: string }[];
}

/** Reads the guides of all protocols once; the function fills in a project's DSN. */
export function readSetupGuides(
  protocols: readonly Pick<Protocol, 'name' | 'sends'>[],
): (dsn: string) => SetupGuide[] {
  const guides = protocols.flatMap(({ name, sends }) =>
    parseSetupGuides(readFileSync(join(import.meta.dirname, name, 'setup.md'), 'utf8'), sends),
  );
  return (dsn) => guides.map((guide) => fillIn(guide, dsn));
}

/** Throws for a file that is not of the form: it is ours, so it is a bug. */
export function parseSetupGuides(markdown: string, sends: Protocol['sends']): SetupGuide[] {
  return markdown
    .split(/^## /m)
    .slice(1)
    .map((section) => {
      const heading = /^([a-z][a-z0-9-]*) (.+)\n/.exec(section);
      assert(heading, `a guide begins with its id and name: ${section.slice(0, 40)}`);
      const steps = [...section.matchAll(/\n\n([^\n]+(?:\n[^\n]+)*)\n\n```(\w+)\n(.*?)\n```/gs)].map(
        ([, text, language, code]) => ({
          text: text!.replaceAll('\n', ' '),
          language: language!,
          code: code!,
        }),
      );
      assert(steps.length > 0, `the guide ${heading[1]} has no steps`);
      return { id: heading[1]!, name: heading[2]!, sends, steps };
    });
}

function fillIn(guide: SetupGuide, dsn: string): SetupGuide {
  const url = new URL(dsn);
  const [, prefix, project] = /^(.*)\/([^/]+)$/.exec(url.pathname) ?? [];
  const values: Record<string, string> = {
    dsn,
    key: url.username,
    host: url.hostname,
    origin: `${url.protocol}//${url.host}${prefix}`,
    project: project ?? '',
  };
  const fill = (text: string) =>
    text.replace(/\{\{(\w+)\}\}/g, (whole, name: string) => values[name] ?? whole);
  return {
    ...guide,
    steps: guide.steps.map(({ text, language, code }) => ({ text: fill(text), language, code: fill(code) })),
  };
}
