/** A version as people read it: the package small before it, a hash of git by its beginning, the whole on hover. */
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';

export function VersionText({ version, className }: { version: string; className?: string }) {
  const at = version.lastIndexOf('@');
  const bare = version.slice(at + 1) || version;
  const name = at > 0 && bare !== version ? version.slice(0, at) : '';
  const short = /^[0-9a-f]{40}$/.test(bare) ? bare.slice(0, 12) : bare;
  return (
    <bdi title={version} className={cx('[overflow-wrap:anywhere]', className)}>
      {name && <span className="font-normal text-ink-faint">{revealBidi(name)}@</span>}
      {revealBidi(short)}
    </bdi>
  );
}
