import { expect, test } from 'vitest';
import type { StackFrame } from '#server/record/event.ts';
import { frameComponent } from './frame.ts';

/** The texts of a frame that count, in order; nothing when the frame is left out. */
function texts(platform: string, frame: StackFrame): (string | undefined)[] | undefined {
  const component = frameComponent(frame, platform);
  if (!component.contributes) return undefined;
  return component.values.flatMap((value) =>
    typeof value !== 'string' && value.contributes ? (value.values as string[]) : [],
  );
}

const LINE = 'total = sum(cart)';

test.each<[what: string, platform: string, frame: StackFrame, expected: string[] | undefined]>([
  ['module before file name', 'python', { module: 'shop.cart', filename: 'cart.py' }, ['shop.cart']],
  ['the last part of a path, in lower case', 'python', { filename: 'C:\\Shop\\Cart.py' }, ['cart.py']],
  [
    'source lines with single spaces',
    'python',
    { filename: 'cart.py', context_line: '\t total  =  1 ' },
    ['cart.py', 'total = 1'],
  ],
  [
    'no source lines of platforms that send none worth having',
    'java',
    { module: 'shop.Cart', context_line: LINE },
    ['shop.Cart'],
  ],
  ['no long source lines', 'ruby', { filename: 'a.rb', context_line: 'x'.repeat(121) }, ['a.rb']],
  [
    'the pipe numbers of Python workers',
    'python',
    {
      module: '__main__',
      filename: '<string>',
      function: '<module>',
      context_line: 'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=12, pipe_handle=31)',
    },
    [
      '__main__',
      '<module>',
      'from multiprocessing.spawn import spawn_main; spawn_main(tracker_fd=<int>, pipe_handle=<int>)',
    ],
  ],
  // JavaScript
  [
    'no file name from the web',
    'javascript',
    { abs_path: 'https://shop.example/a.js', filename: 'a.js', function: 'pay' },
    ['pay'],
  ],
  [
    'the last part of a method',
    'javascript',
    { filename: 'a.js', function: 'Cart.prototype.pay' },
    ['a.js', 'pay'],
  ],
  ['no unknown functions', 'javascript', { filename: 'a.js', function: 'Cart.<anonymous>' }, ['a.js']],
  [
    "no functions in Firefox's spelling of unknown",
    'javascript',
    { filename: 'a.js', function: 'e/<' },
    ['a.js'],
  ],
  [
    'no function where a source map gives the line',
    'javascript',
    { filename: 'a.js', function: 'pay', context_line: LINE, data: { sourcemap: 'a.js.map' } },
    ['a.js', LINE],
  ],
  ['no eval', 'javascript', { filename: 'a.js', function: 'eval' }, undefined],
  ['no native code', 'javascript', { abs_path: '[native code]', function: 'forEach' }, undefined],
  [
    'no module that is only the path',
    'javascript',
    { abs_path: 'https://x.example/shop/a.js', module: 'shop/a.js', function: 'pay' },
    ['pay'],
  ],
  // Java
  [
    'generated classes by their kind',
    'java',
    { module: 'shop.Cart$$EnhancerBySpringCGLIB$$1ebdddb0', function: 'pay' },
    ['shop.Cart$$EnhancerBySpringCGLIB$$<auto>', 'pay'],
  ],
  [
    'reflection without its number',
    'java',
    { module: 'jdk.internal.reflect.GeneratedMethodAccessor42', function: 'invoke' },
    ['jdk.internal.reflect.GeneratedMethodAccessor', 'invoke'],
  ],
  ['no lambdas', 'java', { module: 'shop.Cart$$Lambda$14/0x1', function: 'lambda$pay$0' }, undefined],
  [
    'proxies of Hibernate and Javassist',
    'java',
    { module: 'shop.User$HibernateProxy$oRWxjAWT', function: 'name' },
    ['shop.User$HibernateProxy$<auto>', 'name'],
  ],
  [
    'javassist in file names',
    'java',
    { filename: 'Cart_$$_javassist_seam_3.java' },
    ['cart_$$_javassist<auto>.java'],
  ],
  // Ruby, PHP, C#, native
  ['ruby blocks alike', 'ruby', { filename: 'a.rb', function: 'block (2 levels) in pay' }, ['a.rb', 'block']],
  [
    'templates without their number',
    'ruby',
    { filename: 'a.erb', function: '_app_views_cart__1234567_8901234' },
    ['a.erb', '_app_views_cart'],
  ],
  ['php closures not at all', 'php', { filename: 'a.php', function: '[Anonymous function]' }, ['a.php']],
  [
    'methods of anonymous php classes',
    'php',
    { filename: 'a.php', function: 'class@anonymous\0/srv/a.php:3$0::pay' },
    ['a.php', 'pay'],
  ],
  [
    'the whole signature in C#',
    'csharp',
    { module: 'Shop.Cart', function: 'Pay', raw_function: 'Pay (int)' },
    ['Shop.Cart', 'Pay (int)'],
  ],
  ['no unknown native functions', 'native', { package: '/bin/shop', function: '<unknown>' }, undefined],
  [
    'the platform of the frame first',
    'java',
    { platform: 'python', filename: 'a.py', context_line: LINE },
    ['a.py', LINE],
  ],
])('a frame counts %s', (_, platform, frame, expected) => {
  expect(texts(platform, frame)).toEqual(expected);
});
