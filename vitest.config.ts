import { defineConfig } from 'vitest/config';

/**
 * unit: beside the source, no process and no port but an ephemeral one, under two minutes for all of them.
 * integration: real engines (the embedded engine, SQLite, Postgres) behind their ports; *.integration.test.ts.
 * e2e: the real program started as a user would, real clients, a real browser; e2e/.
 * slow: crash loops and the other Node, minutes each; e2e/*.slow.test.ts.
 */
/** A page or a process under load needs its time: a poll gives up when a person would, not after the usual second. */
const PATIENT = { poll: { timeout: 20_000 } };

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{server,web,contract,tools}/**/*.test.{ts,tsx}'],
          exclude: ['**/*.integration.test.ts', 'node_modules/**'],
          pool: 'threads',
          testTimeout: 20_000,
        },
      },
      {
        test: {
          name: 'integration',
          expect: PATIENT,
          include: ['server/**/*.integration.test.ts'],
          pool: 'forks',
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          expect: PATIENT,
          include: ['e2e/**/*.test.ts'],
          exclude: ['**/*.slow.test.ts', 'node_modules/**'],
          pool: 'forks',
          testTimeout: 300_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'slow',
          expect: PATIENT,
          include: ['e2e/**/*.slow.test.ts'],
          pool: 'forks',
          testTimeout: 900_000,
          hookTimeout: 300_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
