/** Alerts while the program runs: a turn every second, and sooner when something was stored that a rule may speak of. */
import type { LiveMessage } from '#contract/live.ts';
import type { Log } from '#server/platform/log.ts';
import { createEvaluator, type EvaluatorDeps } from './evaluator.ts';

const TURN_MS = 1_000;
/** Batches come many a second: one turn for those of so many ms. */
const SOON_MS = 100;

export interface RunningAlerts {
  /** A batch can be queried. */
  stored(message: LiveMessage): void;
  stop(): Promise<void>;
}

export function startAlerts({ log, ...deps }: EvaluatorDeps & { log: Log }): RunningAlerts {
  let timer: NodeJS.Timeout | null = null;
  let running: Promise<void> | null = null;
  let isStopping = false;
  let isWanted = false;

  const evaluator = createEvaluator({ ...deps, log, wake: () => plan(SOON_MS) });

  /** The next turn is in so many ms, or sooner; one at a time. */
  function plan(inMs: number): void {
    if (isStopping) return;
    if (running) {
      isWanted ||= inMs < TURN_MS;
      return;
    }
    if (timer && inMs >= TURN_MS) return;
    if (timer) clearTimeout(timer);
    timer = setTimeout(run, inMs);
  }

  function run(): void {
    timer = null;
    isWanted = false;
    running = evaluator
      .turn()
      .catch((error) => log.warn({ err: error }, 'the alert rules could not be looked at; trying again'))
      .finally(() => {
        running = null;
        plan(isWanted ? SOON_MS : TURN_MS);
      });
  }

  plan(TURN_MS);
  return {
    stored: evaluator.stored,
    async stop() {
      isStopping = true;
      if (timer) clearTimeout(timer);
      await running;
      await evaluator.close();
    },
  };
}
