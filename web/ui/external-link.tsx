/** Text from a sender, as a link when it is an http(s) address and as plain text otherwise. */
import { ExternalLink as Icon } from 'lucide-react';
import { cx } from './cx.ts';
import { safeUrl } from './safe-url.ts';

export function ExternalLink({ url, className }: { url: string; className?: string }) {
  const href = safeUrl(url);
  if (!href) return <span className={cx('break-all', className)}>{url}</span>;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      className={cx('break-all text-accent underline-offset-2 hover:underline', className)}
    >
      {url}
      <Icon aria-hidden className="ml-1 inline size-3 align-baseline" />
      <span className="sr-only"> (opens another site)</span>
    </a>
  );
}
