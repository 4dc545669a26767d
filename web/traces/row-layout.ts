/** Where the columns of a trace stand, so that names, bars, ticks and lines behind them agree. */

/** Beside each other when there is room, else the name above the bar. */
export const rowClass = (wide: boolean) =>
  wide ? 'grid grid-cols-[var(--names)_minmax(0,1fr)] items-center h-7' : 'flex flex-col py-1';

/** Share of the names: lines of text need more of it than names of spans. */
export const namesWidth = (hasSpans: boolean, panelOpen: boolean) =>
  hasSpans ? (panelOpen ? '46%' : '38%') : '66%';

/** Deeper is not further right: a name must stay readable. */
const DEPTH_MAX = { wide: 14, narrow: 6 };
const STEP_PX = { wide: 14, narrow: 10 };

export const indentPx = (depth: number, wide: boolean) => {
  const size = wide ? 'wide' : 'narrow';
  return Math.min(depth, DEPTH_MAX[size]) * STEP_PX[size];
};

/** Space of the arrow that opens and shuts. */
export const ARROW_PX = 22;

/** Heights before they are measured. */
export const ROW_PX = { wide: 28, narrow: 52 };
