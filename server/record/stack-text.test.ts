import { describe, expect, it } from 'vitest';
import type { EventPayload, StackFrame } from './event.ts';
import { stackNames, stackText } from './stack-text.ts';

const event = (...frames: StackFrame[]) =>
  ({
    tags: [],
    exception: { values: [{ type: 'Error', stacktrace: { frames } }] },
  }) as unknown as EventPayload;

describe('the text of a stack', () => {
  it('has the code of the program first, and each name once', () => {
    const text = stackText(
      event(
        { function: 'main', filename: 'app.ts', in_app: true },
        { function: 'next', filename: 'node_modules/router.js', in_app: false },
        { function: 'Pay', filename: 'app.ts', in_app: true },
      ),
    );
    expect(text).toBe('\nf:pay\np:app.ts\nf:main\nf:next\np:node_modules/router.js\n');
    expect([...stackNames(text, 'function')]).toEqual(['pay', 'main', 'next']);
  });

  it('is empty without frames', () => {
    expect(stackText({ tags: [] } as unknown as EventPayload)).toBe('');
  });

  it('reads a message with a stack, and the threads of a crash without an exception', () => {
    const frames = [{ function: 'run', module: 'shop.jobs' }];
    expect(stackText({ tags: [], stacktrace: { frames } } as unknown as EventPayload)).toBe(
      '\nf:run\nm:shop.jobs\n',
    );
    expect(
      stackText({ tags: [], threads: { values: [{ stacktrace: { frames } }] } } as unknown as EventPayload),
    ).toBe('\nf:run\nm:shop.jobs\n');
  });

  it('is bounded, whatever the frames are', () => {
    const long = Array.from({ length: 250 }, (_, at) => ({
      function: `call${at}\nf:forged`,
      filename: 'x'.repeat(1024),
      in_app: true,
    }));
    const text = stackText(event(...long));
    expect(text.length).toBeLessThanOrEqual(2000);
    expect([...stackNames(text, 'function')]).not.toContain('forged');
  });
});
