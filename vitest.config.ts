import { defineConfig } from 'vitest/config';

/**
 * unit: beside the source, no process and no port but an ephemeral one, under two minutes for all of them.
 * integration: real engines (the embedded engine, SQLite, Postgres) behind their ports; *.integration.test.ts.
 * e2e: the real program started as a user would, real clients, a real browser; e2e/.
 * slow: crash loops and the other Node, minutes each; e2e/*.slow.test.ts.
 */
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
