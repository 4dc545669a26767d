/** The examples of docs.sentry.io/concepts/data-management/event-grouping/stack-trace-rules/, and what goes wrong. */
import { describe, expect, it } from 'vitest';
import { groupV1 } from '#server/process/group/group-v1.ts';
import { markInApp } from '#server/process/in-app/mark-in-app.ts';
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import type { GroupingComponent } from '#server/record/grouping.ts';
import { groupingRules } from './grouping-rules.ts';
import { readStackTraceRules } from './stack-trace-rules.ts';

function grouped(rules: string, frames: StackFrame[], event: Partial<EventPayload> = {}) {
  const payload: EventPayload = {
    event_id: 'a'.repeat(32),
    timestamp: 1,
    received: 1,
    type: 'error',
    platform: 'python',
    level: 'error',
    tags: [],
    exception: {
      values: [
        { type: 'PaymentError', value: 'declined', mechanism: { type: 'wsgi' }, stacktrace: { frames } },
      ],
    },
    ...event,
  };
  const ready = groupingRules({ fingerprint: '', stackTrace: rules });
  markInApp(payload, ready?.stack);
  const result = groupV1(payload, ready);
  const stacktraces = new Map<string, GroupingComponent>();
  const walk = (variant: string, component: GroupingComponent) => {
    if (component.id === 'stacktrace') stacktraces.set(variant, component);
    for (const value of component.values) if (typeof value !== 'string') walk(variant, value);
  };
  for (const { key, component } of result.variants) walk(key, component);
  const counted = ({ values }: GroupingComponent) =>
    (values as GroupingComponent[]).map((frame) => (frame.values as (string | GroupingComponent)[]).at(-1));
  return {
    hash: result.hashes[0],
    inApp: frames.map((frame) => frame.in_app),
    counted: [...stacktraces.values()].map(counted)[0],
    hint: [...stacktraces.values()][0]?.hint,
  };
}

/** By function, oldest call first; a + is the person's own. */
const stack = (...names: string[]): StackFrame[] =>
  names.map((name) => ({
    function: name.replace(/^\+/, ''),
    module: 'm',
    filename: `${name.replace(/^\+/, '')}.py`,
    abs_path: `/srv/app/${name.replace(/^\+/, '')}.py`,
    in_app: name.startsWith('+'),
  }));

describe('whose code a frame is', () => {
  it.each([
    ['stack.function:lib* +app', [true, true, true]],
    ['path:**/app/** -app', [false, false, false]],
    ['path:**/app/pay.py -app', [true, false, false]],
    ['module:m function:pay -app', [true, false, false]],
    ['family:native -app', [true, false, true]],
    ['family:other,native -app', [false, false, false]],
    ['app:yes -app', [false, false, false]],
    ['!function:pay -app', [false, false, true]],
    // Towards the crash, and away from it.
    ['function:library ^-app', [true, false, false]],
    ['function:library v-app', [false, false, true]],
    ['function:library v-app -app ^-app', [false, false, false]],
    ['[ function:library ] | function:pay -app', [true, false, false]],
    ['function:main | [ function:library ] -app', [false, false, true]],
    ['error.type:PaymentError -app', [false, false, false]],
    ['error.type:Other -app', [true, false, true]],
    ['error.value:decl* function:pay -app', [true, false, false]],
    ['error.mechanism:wsgi function:pay -app', [true, false, false]],
    ['function:library category=ours\ncategory:ours +app', [true, true, true]],
    // The last word wins.
    ['app:no +app\nfunction:library -app', [true, false, true]],
    ['# nothing', [true, false, true]],
  ])('%s', (rules, expected) => {
    expect(grouped(rules, stack('+main', 'library', '+pay')).inApp).toEqual(expected);
  });

  it('goes on from what the built-in rules say', () => {
    const frames: StackFrame[] = [
      {
        function: 'f',
        filename: 'x.js',
        abs_path: '/app/node_modules/x/x.js',
        in_app: true,
        platform: 'node',
      },
    ];
    const node = { platform: 'node' };
    expect(grouped('', structuredClone(frames), node).inApp).toEqual([false]);
    expect(grouped('path:**/node_modules/x/** +app', structuredClone(frames), node).inApp).toEqual([true]);
  });

  it('changes nothing when it runs again', () => {
    const frames = stack('+main', 'library', '+pay');
    const rules = 'function:library +app\napp:yes function:pay -app';
    const first = grouped(rules, frames);
    expect(grouped(rules, frames)).toEqual(first);
    // And without the rules it is what the sender said.
    expect(grouped('', frames).inApp).toEqual([true, false, true]);
  });
});

describe('what is grouped', () => {
  const frames = () => stack('+main', '+handle', '+pay', '+fail');
  it.each([
    ['', ['main', 'handle', 'pay', 'fail']],
    ['function:pay -group', ['main', 'handle', 'fail']],
    ['function:pay ^-group -group', ['main', 'handle']],
    ['function:pay v-group', ['pay', 'fail']],
    ['path:**/app/** -group\nfunction:pay +group', ['pay']],
    ['family:other max-frames=2', ['pay', 'fail']],
    ['family:other max-frames=0', ['main', 'handle', 'pay', 'fail']],
    ['family:native max-frames=2', ['main', 'handle', 'pay', 'fail']],
    ['function:pay max-frames=1\nfunction:main max-frames=3', ['handle', 'pay', 'fail']],
  ])('%s', (rules, expected) => {
    expect(grouped(rules, frames()).counted).toEqual(expected);
  });

  it('leaves a stack that is too short to the type and the message', () => {
    expect(grouped('family:other min-frames=5', frames()).counted).toEqual([]);
    expect(grouped('family:other min-frames=5', frames()).hash).toBe(grouped('', []).hash);
  });

  it('says which rule it was', () => {
    expect(grouped('function:pay -group', frames()).hint).toBe(
      '1 of 4 frames left out: 1 left out: rule function:pay -group',
    );
    expect(grouped('function:pay -app', frames()).hint).toContain('1 not your code: rule function:pay -app');
    expect(grouped('family:other max-frames=2', frames()).hint).toContain(
      '2 too far from the crash: rule family:other',
    );
  });

  it('gives the same group with and without rules that change nothing', () => {
    expect(grouped('function:nothing -app ^-group max-frames=1', frames()).hash).toBe(
      grouped('', frames()).hash,
    );
  });
});

describe('what is wrong, and where', () => {
  it.each([
    ['function:a', 11, 'expected what the rule does'],
    ['-app', 1, 'a rule needs a matcher before what it does'],
    ['function:a -grp', 12, '-grp is nothing that a rule can do; there are app and group'],
    ['function:a *app', 12, 'expected a matcher such as family:, found *app'],
    ['function:a max-frames=many', 23, 'max-frames is a number of frames from 0 to 1000'],
    ['function:a max-frames=99999', 23, 'from 0 to 1000'],
    ['function:a invert-stacktrace=1', 12, 'invert-stacktrace cannot be set'],
    ['[ function:a | function:b -app', 14, 'expected a ] after a space, found |'],
    ['[ function:a ] function:b -app', 16, 'expected a | after the caller'],
    ['functoin:a -app', 1, 'functoin is no matcher'],
    ['app:perhaps -group', 5, 'app is yes or no'],
    ['path:** -app', 6, 'path:** matches everything'],
  ])('%s: column %i', (line, column, message) => {
    expect(readStackTraceRules(`# first\n${line}`).problems[0]).toMatchObject({
      line: 2,
      column,
      message: expect.stringContaining(message),
    });
  });

  it('reads the examples of the documentation', () => {
    const text = `
stack.abs_path:**/node_modules/** -group
stack.abs_path:**src/getsentry/src/getsentry/** +app
family:native max-frames=3
stack.function:fetchSavedSearches v-group
stack.abs_path:**/app/views/**.jsx stack.function:fetchData ^-group
family:native stack.function:SpawnThread v-app -app
[ category:telemetry ] | app:yes -group
category:system | [ app:yes ] -group
stack.function:std::panicking::begin_panic       ^-app -app ^-group -group
app:no                   +app`;
    const { rules, problems } = readStackTraceRules(text);
    expect(problems).toEqual([]);
    expect(rules).toHaveLength(10);
  });

  it('reads and runs whatever it is given without falling over', () => {
    let seed = 23;
    const random = (below: number) => {
      seed = (seed * 48_271) % 2_147_483_647;
      return Math.floor((seed / 2_147_483_647) * below);
    };
    const parts = [
      'function:',
      'path:',
      'a',
      '*',
      ' ',
      '-app',
      '+group',
      '^-group',
      'v',
      '[ ',
      ' ]',
      ' | ',
      '"',
      '\\',
      '{',
      '}',
      'app:yes',
      'max-frames=1',
      '\n',
      '!',
    ];
    for (let turn = 0; turn < 3_000; turn++) {
      const text = Array.from({ length: 1 + random(12) }, () => parts[random(parts.length)]).join('');
      for (const { column } of readStackTraceRules(text).problems) expect(column).toBeGreaterThan(0);
      expect(grouped(text, stack('+a', 'b', '+c')).hash).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});
