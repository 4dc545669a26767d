import { expect, test } from 'vitest';
import type { EventPayload, StackFrame } from '#server/record/event.ts';
import { markInApp } from './mark-in-app.ts';

function eventOf(platform: string, frames: StackFrame[]): EventPayload {
  return {
    event_id: '0'.repeat(32),
    type: 'error',
    timestamp: 0,
    received: 0,
    level: 'error',
    platform,
    tags: [],
    exception: { values: [{ type: 'Error', stacktrace: { frames } }] },
  };
}

/** The frame as the SDK sent it, marked as the person's own, and whether it still is afterwards. */
const CASES: [platform: string, frame: StackFrame, stays: boolean][] = [
  ['node', { filename: '/app/src/pay.js', function: 'pay' }, true],
  ['node', { filename: '/app/node_modules/express/lib/router.js', function: 'next' }, false],
  ['node', { filename: 'node:internal/process/task_queues', function: 'processTicksAndRejections' }, false],
  ['javascript', { abs_path: 'https://shop.example/app.js', function: 'pay' }, true],
  ['javascript', { abs_path: 'https://unpkg.com/react-dom@18/index.js', function: 'render' }, false],
  ['javascript', { abs_path: 'https://cdn.jsdelivr.net/npm/jquery/x.js', function: 'ajax' }, false],
  ['javascript', { module: 'core-js/internals/task', function: 'listener' }, false],
  ['python', { filename: 'shop/pay.py', abs_path: '/srv/shop/pay.py', function: 'pay' }, true],
  ['python', { abs_path: '/venv/lib/python3.12/site-packages/flask/app.py', function: 'run' }, false],
  ['python', { abs_path: '/usr/lib/python3/dist-packages/yaml/loader.py', function: 'load' }, false],
  ['ruby', { abs_path: '/srv/shop/app/models/cart.rb', function: 'pay' }, true],
  ['ruby', { abs_path: '/srv/shop/vendor/bundle/gems/rack/lib/rack.rb', function: 'call' }, false],
  ['php', { abs_path: '/srv/shop/vendor/symfony/http-kernel/Kernel.php', function: 'handle' }, false],
  ['go', { abs_path: '/root/go/pkg/mod/github.com/gin/gin.go', function: 'Next' }, false],
  ['java', { module: 'com.shop.Cart', function: 'pay' }, true],
  ['java', { module: 'org.springframework.web.Dispatcher', function: 'service' }, false],
  ['java', { module: 'kotlinx.coroutines.Job', function: 'run' }, false],
  ['java', { module: 'android.os.Handler', function: 'dispatchMessage' }, true],
  ['native', { function: 'core::result::unwrap_failed' }, false],
  ['native', { function: 'shop::pay', package: '/srv/shop/bin/shop' }, true],
  ['native', { function: 'malloc', package: '/usr/lib/libc.so.6' }, false],
  ['cocoa', { function: '-[UIApplication _run]', package: 'UIKitCore' }, true],
  ['cocoa', { function: 'CFRunLoopRun', package: 'CoreFoundation' }, false],
  ['cocoa', { function: '-[SentryClient capture]', package: 'Shop' }, false],
  ['native', { function: 'build', abs_path: '/home/me/.pub-cache/hosted/x/y.dart' }, false],
  ['dart', { function: 'capture', abs_path: 'package:sentry/src/hub.dart' }, false],
  ['ruby', { abs_path: '/srv/lib/newrelic_rpm/agent.rb', function: 'trace' }, false],
];

test.each(CASES)('on %s, %j marked as own code stays so: %s', (platform, frame, stays) => {
  const given = { ...frame, in_app: true };
  markInApp(eventOf(platform, [given]));
  expect(given.in_app).toBe(stays);
  expect(given).toMatchObject(stays ? {} : { data: { orig_in_app: 1 } });
});

test('an app installed on a phone is own code, whatever the SDK said', () => {
  const frame: StackFrame = {
    function: 'Cart.pay',
    package: '/private/var/containers/Bundle/Application/ABC/Shop.app/Shop',
    in_app: false,
  };
  markInApp(eventOf('cocoa', [frame]));
  expect(frame).toMatchObject({ in_app: true, data: { orig_in_app: 0 } });
});

test('a frame nobody said anything about is not own code', () => {
  const frame: StackFrame = { function: 'pay' };
  markInApp(eventOf('python', [frame]));
  expect(frame).toMatchObject({ in_app: false, data: { orig_in_app: -1 } });
});

test("above Unreal's assertion lies the engine, below it the game", () => {
  const frames: StackFrame[] = [
    { function: 'AShopCharacter::Pay' },
    { function: 'UE::Assert::Private::ExecCheckImplInternal' },
    { function: 'FDebug::AssertFailed' },
  ];
  markInApp(eventOf('native', frames));
  expect(frames.map((frame) => frame.in_app)).toEqual([true, false, false]);
});

test('what a throw calls is not own code, even if it looks like it', () => {
  const frames: StackFrame[] = [
    { function: 'shop::pay', in_app: true },
    { function: '__cxa_throw', in_app: false },
    { function: 'shop::on_throw', in_app: true },
  ];
  markInApp(eventOf('native', frames));
  expect(frames.map((frame) => frame.in_app)).toEqual([true, false, false]);
});

test('function names are trimmed once, and the whole name is kept', () => {
  const frame: StackFrame = { function: 'void shop::pay(int) const', in_app: true };
  markInApp(eventOf('native', [frame]));
  expect(frame).toMatchObject({ function: 'shop::pay', raw_function: 'void shop::pay(int) const' });
});

test('query strings of browser files go', () => {
  const frame: StackFrame = { filename: '/app.js?v=123#top', function: 'pay' };
  markInApp(eventOf('javascript', [frame]));
  expect(frame.filename).toBe('/app.js#top');
});

test('all stacks of an event are marked: raw ones, threads, and the one outside exceptions', () => {
  const frame = (): StackFrame => ({ abs_path: '/x/site-packages/a.py', in_app: true });
  const event = eventOf('python', [frame()]);
  event.exception!.values[0]!.raw_stacktrace = { frames: [frame()] };
  event.threads = { values: [{ stacktrace: { frames: [frame()] } }] };
  event.stacktrace = { frames: [frame()] };
  markInApp(event);
  expect(JSON.stringify(event).match(/"in_app":false/g)).toHaveLength(4);
});

test.each(CASES)('running it again changes nothing: %s %j', (platform, frame) => {
  for (const inApp of [true, false, undefined]) {
    const event = eventOf(platform, [{ ...frame, ...(inApp === undefined ? {} : { in_app: inApp }) }]);
    markInApp(event);
    const once = structuredClone(event);
    markInApp(event);
    expect(event).toEqual(once);
  }
});
