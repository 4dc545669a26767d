import { expect, test } from 'vitest';
import type { StackFrame } from '#server/record/event.ts';
import { createStackRules, type StackRule } from './stack-rules.ts';

/** Frames by function name, oldest call first. */
function stack(...names: string[]): StackFrame[] {
  return names.map((name) => ({ function: name, raw_function: name }));
}

function marked(rules: StackRule[], frames: StackFrame[], platform = 'python') {
  const engine = createStackRules(rules);
  engine.mark(frames, platform);
  return {
    inApp: frames.map((frame) => frame.in_app),
    categories: frames.map((frame) => frame.data?.category),
    grouped: engine.grouped(frames, platform).marks.map((mark) => mark?.grouped),
  };
}

test('a later rule overrides an earlier one', () => {
  const { inApp } = marked(
    [
      { frame: { function: 'pay*' }, effects: [{ inApp: true }] },
      { frame: { function: 'pay_log' }, effects: [{ inApp: false }] },
    ],
    stack('pay', 'pay_log', 'main'),
  );
  expect(inApp).toEqual([true, false, false]);
});

test('effects reach the callers or the callees of a frame', () => {
  const { inApp, grouped } = marked(
    [
      {
        frame: { function: 'throw' },
        effects: [
          { inApp: true, reach: 'callers' },
          { grouped: false, reach: 'callees' },
        ],
      },
    ],
    stack('main', 'pay', 'throw', 'unwind'),
  );
  expect(inApp).toEqual([true, true, false, false]);
  expect(grouped).toEqual([undefined, undefined, undefined, false]);
});

test('a rule finds all its frames before it changes one', () => {
  const { categories } = marked(
    [
      { frame: { function: 'a*' }, effects: [{ category: 'x' }] },
      { caller: { category: 'x' }, frame: { category: 'x' }, effects: [{ category: 'inner' }] },
    ],
    stack('a1', 'a2', 'a3'),
  );
  expect(categories).toEqual(['x', 'inner', 'inner']);
});

test('a test on a neighbour, even a negative one, needs the neighbour to be there', () => {
  const rule: StackRule = {
    caller: { not: { category: 'system' } },
    frame: { function: 'f' },
    effects: [{ category: 'called' }],
  };
  expect(marked([rule], stack('f', 'f')).categories).toEqual([undefined, 'called']);
});

test('a family test looks at the platform of the frame before that of the event', () => {
  const frames = stack('free', 'free');
  frames[1]!.platform = 'native';
  const rule: StackRule = { frame: { family: 'native', function: 'free' }, effects: [{ category: 'free' }] };
  expect(marked([rule], frames, 'javascript').categories).toEqual([undefined, 'free']);
});

test('the first rule that takes a frame out of grouping is the one that is named', () => {
  const frames = stack('pay');
  const engine = createStackRules([
    { frame: { function: 'pay' }, effects: [{ grouped: false }] },
    { frame: { function: 'p*' }, effects: [{ grouped: false }] },
  ]);
  engine.mark(frames, 'python');
  expect(engine.grouped(frames, 'python').marks).toEqual([{ grouped: false, rule: 'function pay' }]);
});

test('the word of the sender is kept beside ours', () => {
  const frames: StackFrame[] = [
    { function: 'a', in_app: true },
    { function: 'a', in_app: false },
    { function: 'a' },
  ];
  createStackRules([{ frame: { function: 'a' }, effects: [{ inApp: false }] }]).mark(frames, 'python');
  expect(frames.map((frame) => [frame.in_app, frame.data?.orig_in_app])).toEqual([
    [false, 1],
    [false, undefined],
    [false, -1],
  ]);
});
