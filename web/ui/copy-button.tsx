/** Copies a text, and says so for a moment. The text may be a function, for those that cost something to build. */
import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { Button, IconButton } from './button.tsx';
import { copyText } from './copy-text.ts';
import { toast } from './toast.tsx';

const THANKS_MS = 1500;

interface CopyButtonProps {
  text: string | (() => string);
  /** What is copied, as in "Copy DSN". */
  what: string;
  /** Show the words and not only the icon. */
  words?: string;
  className?: string;
}

export function CopyButton({ text, what, words, className }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), THANKS_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy() {
    if (await copyText(typeof text === 'string' ? text : text())) setCopied(true);
    else toast({ message: 'The browser did not let the page copy. Select the text and copy it yourself.' });
  }

  const icon = copied ? <Check aria-hidden className="text-good" /> : <Copy aria-hidden />;
  const label = copied ? `Copied ${what}` : `Copy ${what}`;
  if (words === undefined)
    return (
      <IconButton label={label} onClick={copy} className={className}>
        {icon}
      </IconButton>
    );
  return (
    <Button look="ghost" size="small" onClick={copy} className={className} aria-label={label}>
      {icon}
      {copied ? 'Copied' : words}
    </Button>
  );
}
