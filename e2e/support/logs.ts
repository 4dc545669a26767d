/** Log lines, pushed as a Loki client does. */
import type { LogHistogram } from '#contract/logs.ts';
import { eventually, KEY, type Program } from './program.ts';

export interface PushedLine {
  /** Milliseconds since 1970. */
  at: number;
  text: string;
  /** Loki's structured metadata. */
  fields?: Record<string, string>;
}

/** Pushes one stream; throws unless it is taken. */
export async function pushLines(
  program: Program,
  labels: Record<string, string>,
  lines: readonly PushedLine[],
): Promise<void> {
  const values = lines.map(({ at, text, fields }) => [`${at}000000`, text, ...(fields ? [fields] : [])]);
  const answer = await fetch(`${program.url}/loki/api/v1/push`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`any:${KEY}`).toString('base64')}`,
    },
    body: JSON.stringify({ streams: [{ stream: labels, values }] }),
  });
  if (!answer.ok) throw new Error(`the push was answered ${answer.status}: ${await answer.text()}`);
}

/** Waits until so many lines of the last day are found. */
export const linesStored = (program: Program, count: number, query = '') =>
  eventually(
    () =>
      program.get<LogHistogram>(
        `/api/v1/logs/histogram?from=${Date.now() - 86_400_000}&query=${encodeURIComponent(query)}`,
      ),
    ({ total }) => total >= count,
  );
