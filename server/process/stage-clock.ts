/** Where the time of a batch goes, in milliseconds per stage; read by the metrics and the bench. */
export const STAGES = [
  'read',
  'normalize',
  'symbolicate',
  'group',
  'row',
  'logs',
  'spans',
  'commit',
  'insert',
] as const;
export type Stage = (typeof STAGES)[number];

export class StageClock {
  readonly ms: Record<Stage, number> = {
    read: 0,
    normalize: 0,
    symbolicate: 0,
    group: 0,
    row: 0,
    logs: 0,
    spans: 0,
    commit: 0,
    insert: 0,
  };

  start(): number {
    return performance.now();
  }

  /** Books the time since `started` and gives the time of now, to start the next stage with. */
  add(stage: Stage, started: number): number {
    const now = performance.now();
    this.ms[stage] += now - started;
    return now;
  }
}
