/** The text of a pattern, as data: it comes from whoever wrote the line. */
import { Link } from '@tanstack/react-router';
import { cx } from '#web/ui/cx.ts';
import { revealBidi } from '#web/ui/reveal-bidi.ts';

interface TemplateProps {
  id: string;
  template: string;
  sample?: string;
  project: string;
  className?: string;
}

/** A link to its lines. */
export function Template({ id, template, sample, project, className }: TemplateProps) {
  return (
    <Link
      to="/logs"
      search={{ query: `pattern:${id}`, ...(project ? { project } : {}) }}
      title={sample?.slice(0, 500)}
      className={cx(
        'line-clamp-3 font-mono text-xs leading-5 [overflow-wrap:anywhere] text-ink hover:underline',
        className,
      )}
    >
      <bdi>{revealBidi(template.slice(0, 500)) || 'no text'}</bdi>
    </Link>
  );
}
