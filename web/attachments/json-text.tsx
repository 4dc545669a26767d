/** JSON with its parts in colours, laid out anew where the whole of it can be read. */
import { keyed } from '#web/ui/keyed.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';
import { tokensOf } from './json-tokens.ts';

const COLORS = {
  plain: undefined,
  name: 'text-code-keyword',
  string: 'text-code-string',
  number: 'text-code-number',
} as const;

export function JsonText({ text }: { text: string }) {
  return (
    <pre className="font-mono text-xs leading-5">
      {keyed(tokensOf(text), (token) => token.text).map(({ key, item: { kind, text: piece } }) => (
        <span key={key} className={COLORS[kind]}>
          {revealBidi(piece)}
        </span>
      ))}
    </pre>
  );
}
