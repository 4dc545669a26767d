/** Bars as small as a word. It repeats what the numbers beside it say, so screen readers get one sentence. */
import { rebucket, type Series } from './trend.ts';

const BARS_MAX = 32;
const HEIGHT = 24;

export function Sparkline({
  series,
  label,
  className,
}: {
  series: Series;
  label: string;
  className?: string;
}) {
  const { counts } = rebucket(series, BARS_MAX);
  const highest = Math.max(1, ...counts);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${counts.length * 4} ${HEIGHT}`}
      preserveAspectRatio="none"
      className={className}
    >
      <rect x={0} y={HEIGHT - 1} width={counts.length * 4} height={1} className="fill-line-strong" />
      {counts.map((count, index) => {
        const x = index * 4 + 0.5;
        const height = count === 0 ? 0 : Math.max(2, (count / highest) * (HEIGHT - 1));
        return <rect key={x} x={x} width={3} y={HEIGHT - height} height={height} className="fill-bar" />;
      })}
    </svg>
  );
}
