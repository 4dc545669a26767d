import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openSecretBox } from './secret-box.ts';
import { testDirectory } from './test-directory.ts';

describe('a sealed secret', () => {
  it('opens with the key of its directory, for its purpose and nothing else', async () => {
    const directory = await testDirectory();
    const box = await openSecretBox(directory);
    const sealed = box.seal('ghp_söcret', 'tracker');
    expect(sealed).not.toContain('ghp');
    expect(box.seal('ghp_söcret', 'tracker')).not.toBe(sealed);
    expect((await openSecretBox(directory)).open(sealed, 'tracker')).toBe('ghp_söcret');
    expect(box.open(sealed, 'another')).toBeNull();
    expect((await openSecretBox(await testDirectory())).open(sealed, 'tracker')).toBeNull();
  });

  it('does not open when a byte of it was changed', async () => {
    const box = await openSecretBox(await testDirectory());
    const sealed = box.seal('secret', '');
    const last = sealed.at(-1) === 'A' ? 'B' : 'A';
    for (const damaged of [sealed.slice(0, -2) + last + last, sealed.slice(0, 20), '', 'v2.x'])
      expect(box.open(damaged, '')).toBeNull();
  });

  it('has a key that its owner alone reads, and that is not replaced by a guess', async () => {
    const directory = await testDirectory();
    await openSecretBox(directory);
    const path = join(directory, 'secret-key');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(Buffer.from(await readFile(path, 'utf8'), 'base64')).toHaveLength(32);
    await writeFile(path, 'short');
    await expect(openSecretBox(directory)).rejects.toThrow('32 bytes');
  });
});
