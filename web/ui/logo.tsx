/** Two wheels on one frame: errors and logs. */
export function Logo({ className }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" aria-hidden className={className}>
      <rect width="32" height="32" rx="8" className="fill-accent" />
      <g
        fill="none"
        strokeWidth="2.5"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-accent-ink"
      >
        <circle cx="10" cy="19" r="4.75" />
        <circle cx="22" cy="19" r="4.75" />
        <path d="M10 19l3.5-8.5h5L22 19" />
      </g>
    </svg>
  );
}
