/** A platform's letters on its colour: logos belong to others, and letters load at once. */
import { cx } from '#web/ui/cx.ts';

const LETTERS: Record<string, string> = {
  node: 'No',
  javascript: 'JS',
  browser: 'JS',
  react: 'Re',
  vue: 'Vu',
  angular: 'An',
  svelte: 'Sv',
  nextjs: 'Nx',
  python: 'Py',
  django: 'Dj',
  flask: 'Fl',
  fastapi: 'Fa',
  java: 'Ja',
  'spring-boot': 'Sp',
  kotlin: 'Kt',
  go: 'Go',
  ruby: 'Rb',
  rails: 'Rl',
  php: 'Ph',
  laravel: 'Lv',
  dotnet: 'C#',
  csharp: 'C#',
  rust: 'Rs',
  elixir: 'Ex',
  android: 'Ad',
  apple: 'iO',
  'react-native': 'RN',
  flutter: 'Fu',
  native: 'C',
  curl: '$_',
};

export function PlatformIcon({ id, className }: { id: string; className?: string }) {
  return (
    <span
      aria-hidden
      className={cx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md bg-sunken font-mono text-xs font-bold text-ink-soft ring-1 ring-line ring-inset',
        className,
      )}
    >
      {LETTERS[id] ?? id.slice(0, 2)}
    </span>
  );
}
