/** What a metadata store promises, run over both engines. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestMetadata, type TestMetadata } from './test-metadata.ts';
import { startTestPostgres, type TestPostgres } from './test-postgres.ts';

let postgres: TestPostgres;
beforeAll(async () => {
  postgres = await startTestPostgres();
});
afterAll(() => postgres.stop());

describe.each(['sqlite', 'postgres'] as const)('metadata on %s', (engine) => {
  let metadata: TestMetadata;
  beforeAll(async () => {
    metadata = await openTestMetadata(engine === 'postgres' ? await postgres.createDatabase() : '');
  });
  afterAll(() => metadata.discard());

  it('opens on the engine asked for', () => {
    expect(metadata.store.dialect).toBe(engine);
  });

  it('migrating again changes nothing', async () => {
    await metadata.store.migrate();
  });
});
