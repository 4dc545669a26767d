/** Code to paste somewhere else. */
import { CopyButton } from './copy-button.tsx';
import { ScrollArea } from './scroll-area.tsx';

export function CodeBlock({ code, what, language }: { code: string; what: string; language?: string }) {
  return (
    <div className="relative min-w-0 rounded-md border border-line bg-sunken text-left">
      <div className="flex h-8 items-center justify-between pr-0.5 pl-3 text-2xs text-ink-faint">
        {language}
        <CopyButton text={code} what={what} words="Copy" className="ml-auto" />
      </div>
      <ScrollArea label={what} className="overflow-x-auto rounded-b-md px-3 pb-3">
        <pre className="font-mono text-xs leading-5">{code.trimEnd()}</pre>
      </ScrollArea>
    </div>
  );
}
