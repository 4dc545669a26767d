import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createLog } from '#server/platform/log.ts';
import { createPressure, type PressureLevel, type PressureReading, pressureLevel } from './pressure.ts';

const GIBIBYTE = 1024 ** 3;
const calm: PressureReading = { backlogBytes: 0, diskFreeBytes: 100 * GIBIBYTE, engineReady: true };

test.each<[string, Partial<PressureReading>, PressureLevel]>([
  ['nothing to do', {}, 0],
  ['a restart of the engine', { engineReady: false, backlogBytes: 50_000_000 }, 0],
  ['a minute and a half behind', { backlogBytes: 1.1 * GIBIBYTE }, 1],
  ['the engine away for long', { engineReady: false, backlogBytes: 0.3 * GIBIBYTE }, 1],
  ['far behind', { backlogBytes: 5 * GIBIBYTE }, 2],
  ['hopelessly behind', { backlogBytes: 11 * GIBIBYTE }, 3],
  ['little disk', { diskFreeBytes: 1.9 * GIBIBYTE }, 1],
  ['less disk', { diskFreeBytes: 0.9 * GIBIBYTE }, 2],
  ['hardly any disk, where the journal refuses what is left', { diskFreeBytes: 0.2 * GIBIBYTE }, 2],
  ['the worse of the two decides', { backlogBytes: 1.1 * GIBIBYTE, diskFreeBytes: 0.9 * GIBIBYTE }, 2],
])('%s', (_, reading, level) => {
  expect(pressureLevel({ ...calm, ...reading })).toBe(level);
});

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the level follows what is measured each second, and stays when it cannot be measured', async () => {
  let measured: () => Promise<PressureReading> = async () => ({ ...calm, diskFreeBytes: 0 });
  const pressure = createPressure(() => measured(), createLog('silent'));
  expect(pressure.level).toBe(0);
  await vi.advanceTimersByTimeAsync(1000);
  expect(pressure.level).toBe(2);
  measured = () => Promise.reject(new Error('no such directory'));
  await vi.advanceTimersByTimeAsync(1000);
  expect(pressure.level).toBe(2);
  measured = async () => calm;
  await vi.advanceTimersByTimeAsync(1000);
  expect(pressure.level).toBe(0);
  pressure.close();
  measured = async () => ({ ...calm, diskFreeBytes: 0 });
  await vi.advanceTimersByTimeAsync(5000);
  expect(pressure.level).toBe(0);
});
