/** A stack as plain text, the way its own platform prints it: for tickets, chats and searching. */
import type { ChainLink } from './exception-chain.ts';
import type { Frame } from './payload.ts';

export function frameText(frame: Frame, platform: string): string {
  const place = placeOf(frame);
  if (platform === 'python')
    return `  File "${frame.absPath || frame.filename}", line ${frame.line ?? '?'}, in ${frame.function || '?'}`;
  if (platform === 'java')
    return `    at ${[frame.module, frame.function].filter(Boolean).join('.')}(${place})`;
  return `    at ${frame.function || '<anonymous>'} (${place})`;
}

/** `src/pay.ts:31:7`, or an address when that is all there is. */
export function placeOf(frame: Frame): string {
  const file = frame.filename || frame.absPath || frame.module || frame.package || frame.address || 'unknown';
  return [file, frame.line, frame.column].filter((each) => each !== null && each !== '').join(':');
}

/** One exception with its frames in the platform's own order: Python prints the oldest call first. */
function linkText({ exception, relation }: ChainLink, platform: string): string {
  const head = `${exception.type || 'Error'}${exception.value ? `: ${exception.value}` : ''}`;
  if (platform === 'python') {
    const frames = exception.frames.map((frame) => {
      const hit = frame.context.find((line) => line.hit)?.text.trim();
      return frameText(frame, platform) + (hit ? `\n    ${hit}` : '');
    });
    return ['Traceback (most recent call last):', ...frames, head].join('\n');
  }
  return [
    (relation ? `${relation}: ` : '') + head,
    ...exception.frames.toReversed().map((frame) => frameText(frame, platform)),
  ].join('\n');
}

export function chainText(chain: readonly ChainLink[], platform: string): string {
  if (platform !== 'python') return chain.map((link) => linkText(link, platform)).join('\n');
  const between = (link: ChainLink | undefined) =>
    link?.relation === 'Raised while handling'
      ? '\n\nDuring handling of the above exception, another exception occurred:\n\n'
      : '\n\nThe above exception was the direct cause of the following exception:\n\n';
  return chain
    .map((link) => linkText(link, platform))
    .reduceRight((text, each, index) => text + (text && between(chain[index + 1])) + each, '');
}
