/** Bars of the steps of a chart, made of the amounts of several series, in the measures of chart-frame.tsx. */
import { keyed } from './keyed.ts';

interface Amount {
  name: string;
  /** Class. */
  fill: string;
  amount: number;
}

interface StackedBarsProps {
  steps: number;
  amountsAt: (step: number) => readonly Amount[];
  /** The upper end of the scale. */
  top: number;
}

/** Percent of the height: an amount too small to see still gets a sliver, as few is not none. */
const SLIVER = 1.2;

export function StackedBars({ steps, amountsAt, top }: StackedBarsProps) {
  return Array.from(new Array(steps).keys(), (step) => (
    <Bar key={step} step={step} amounts={amountsAt(step)} top={top} />
  ));
}

function Bar({ step, amounts, top }: { step: number; amounts: readonly Amount[]; top: number }) {
  let below = 0;
  return keyed(amounts, ({ name }) => name).map(({ key, item: { amount, fill } }) => {
    if (amount <= 0) return null;
    const height = Math.max(SLIVER, (amount / top) * 100);
    below += height;
    return <rect key={key} x={step + 0.1} width={0.8} y={100 - below} height={height} className={fill} />;
  });
}
