/** Where the frames of the event on the page lie at the code host, for whichever frame asks. */
import { Code } from 'lucide-react';
import { createContext, type ReactNode, useContext, useMemo } from 'react';
import type { EventCode } from '#contract/code.ts';
import { cx } from '#web/ui/cx.ts';
import { safeUrl } from '#web/ui/safe-url.ts';
import type { Frame } from './payload.ts';

type Links = ReadonlyMap<string, EventCode['links'][number]>;

const CodeLinks = createContext<Links>(new Map());

const keyOf = (path: string, line: number) => `${line} ${path}`;

export function ProvideCodeLinks({ links, children }: { links: EventCode['links']; children: ReactNode }) {
  const byFrame = useMemo(() => new Map(links.map((link) => [keyOf(link.path, link.line), link])), [links]);
  return <CodeLinks value={byFrame}>{children}</CodeLinks>;
}

/** Nothing for a frame that leads nowhere. */
export function CodeLink({ frame, className }: { frame: Frame; className?: string }) {
  const links = useContext(CodeLinks);
  const link = frame.inApp && links.get(keyOf(frame.absPath || frame.filename, frame.line ?? 0));
  const href = link && safeUrl(link.url);
  if (!href) return null;
  return (
    <a
      href={href}
      target="_blank"
      rel="noopener noreferrer"
      title={`Open the line in ${link.repository}`}
      className={cx(
        'flex size-7 shrink-0 items-center justify-center rounded-md text-ink-faint hover:bg-hover hover:text-ink pointer-coarse:size-10',
        className,
      )}
    >
      <Code aria-hidden className="size-4" />
      <span className="sr-only">Open the line in {link.repository} (another site)</span>
    </a>
  );
}
