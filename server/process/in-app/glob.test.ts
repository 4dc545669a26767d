import { expect, test } from 'vitest';
import { globTest, normalizedPath, pathGlobTest } from './glob.ts';

test.each([
  ['abort', 'abort', true],
  ['abort', 'abort_now', false],
  ['java.*', 'java.util.List', true],
  ['java.*', 'javax.List', false],
  ['*::operator()*', 'app::F::operator()', true],
  ['androidx.*.widget.*', 'androidx.core.widget.Text', true],
  ['?[[]Sentry*', '-[SentryClient send]', true],
  ['?[[]Sentry*', '[SentryClient send]', false],
  ['*::{dtor}', 'app::Cart::{dtor}', true],
  ['tslib/**', 'tslib/tslib.es6', true],
  ['tslib/**', 'tslib', false],
])('%s against %s: %s', (pattern, text, expected) => {
  expect(globTest(pattern)(text)).toBe(expected);
});

test.each([
  ['**/node_modules/**', '/app/node_modules/express/lib/router.js', true],
  ['**/node_modules/**', 'node_modules/express/index.js', true],
  ['**/node_modules/**', '/app/my_node_modules/x.js', false],
  ['/usr/lib/**', '/usr/lib/libc.so', true],
  ['/usr/lib/**', '/opt/usr/lib/libc.so', false],
  ['C:/Windows/**', 'C:\\WINDOWS\\System32\\ntdll.dll', true],
  ['Foundation', 'Foundation', true],
  ['libsystem*', 'libsystem_c.dylib', true],
  ['libsystem*', '/usr/lib/libsystem_c.dylib', false],
  ['**/libart.so', '/apex/com.android.art/lib64/libart.so', true],
  ['/apex/com.android.*/lib*/**', '/apex/com.android.art/lib64/libart.so', true],
  ['**https://unpkg.com/**', 'https://unpkg.com/react@18/index.js', true],
  ['**/*newrelic*/**', '/app/lib/newrelic_rpm/agent.rb', true],
  // Two stars that are not a whole component stop at slashes like one.
  ['**.app/Contents/**', 'Shop.app/Contents/MacOS/Shop', true],
  ['**.app/Contents/**', '/Applications/Shop.app/Contents/MacOS/Shop', false],
  ['a/**/b', 'a/x/y/b', true],
  ['a/**/b', 'a/b', true],
])('the path %s against %s: %s', (pattern, path, expected) => {
  expect(pathGlobTest(pattern)(normalizedPath(path))).toBe(expected);
});
