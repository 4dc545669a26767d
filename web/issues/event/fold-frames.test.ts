import { expect, test } from 'vitest';
import { foldFrames, frameToOpen, libraryOf } from './fold-frames.ts';
import { type Frame, readPayload } from './payload.ts';

/** Oldest call first, as senders have it. */
function stack(...frames: Record<string, unknown>[]): Frame[] {
  return readPayload({ stacktrace: { frames } }).frames;
}
const ours = (name: string, more = {}) => ({ function: name, filename: 'src/app.ts', in_app: true, ...more });
const theirs = (name: string, library = 'express') => ({
  function: name,
  abs_path: `/srv/node_modules/${library}/lib/${name}.js`,
  in_app: false,
});
const told = (frames: Frame[], view: 'app' | 'all' = 'app') =>
  foldFrames(frames, view).map((row) =>
    row.kind === 'fold'
      ? `${row.calls} from ${row.libraries.join(', ')}`
      : row.frame.function + (row.times > 1 ? ` ×${row.times}` : ''),
  );

test('frames of libraries between ours fold into one line that names them', () => {
  const frames = stack(
    theirs('listen', 'http'),
    theirs('handle'),
    theirs('next'),
    ours('route'),
    theirs('query', 'pg'),
    theirs('send', 'pg'),
    ours('pay'),
  );
  expect(told(frames)).toEqual(['pay', '2 from pg', 'route', '3 from express, http']);
});

test('the frame that threw is shown even when a library wrote it', () => {
  expect(told(stack(ours('main'), theirs('a'), theirs('b'), theirs('throwing')))).toEqual([
    'throwing',
    '2 from express',
    'main',
  ]);
});

test('a single library frame is not worth folding', () => {
  expect(told(stack(ours('main'), theirs('map'), ours('item')))).toEqual(['item', 'map', 'main']);
});

test('a recursion is one frame with a count', () => {
  expect(told(stack(ours('main'), ...Array.from({ length: 40 }, () => ours('walk', { lineno: 3 }))))).toEqual(
    ['walk ×40', 'main'],
  );
});

test('calls of which nothing is known are no recursion', () => {
  expect(told(stack({ in_app: true }, { in_app: true }))).toEqual(['', '']);
});

test('a stack without any frame of ours shows the newest and folds the rest', () => {
  const frames = stack(...Array.from({ length: 40 }, (_, index) => theirs(`f${index}`)));
  expect(told(frames)).toEqual(['f39', 'f38', 'f37', 'f36', 'f35', 'f34', 'f33', 'f32', '32 from express']);
});

test('asking for all frames folds nothing', () => {
  expect(told(stack(theirs('a'), theirs('b'), ours('c')), 'all')).toEqual(['c', 'b', 'a']);
});

test('the first frame of ours with source is opened', () => {
  const rows = foldFrames(
    stack(ours('main', { context_line: 'main()' }), ours('bare'), {
      ...theirs('throwing'),
      context_line: 'throw',
    }),
    'app',
  );
  expect(frameToOpen(rows)).toBe(0);
});

test('nothing to show, nothing to open', () => {
  expect(frameToOpen(foldFrames(stack(ours('bare')), 'app'))).toBeNull();
});

test.each([
  [{ abs_path: '/srv/app/node_modules/@scope/tool/dist/x.js' }, '@scope/tool'],
  [{ abs_path: '/srv/node_modules/a/node_modules/b/x.js' }, 'b'],
  [{ abs_path: '/usr/lib/python3.12/site-packages/django/core/handlers.py' }, 'django'],
  [{ abs_path: '/usr/lib/python3.12/json/decoder.py' }, 'python'],
  [{ filename: 'node:internal/process/task_queues' }, 'node'],
  [{ module: 'org.springframework.web.servlet.DispatcherServlet' }, 'org.springframework.web'],
  [{ package: '/usr/lib/libc.so.6' }, 'libc.so.6'],
  [{}, ''],
])('%j belongs to %s', (frame, name) => {
  expect(libraryOf(stack(frame)[0]!)).toBe(name);
});
