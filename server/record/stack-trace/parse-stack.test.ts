/** Frames as they are read: what decides grouping must not hold what differs between two runs. */
import { expect, test } from 'vitest';
import { parseStack } from './parse-stack.ts';

const framesOf = (text: string) =>
  parseStack(text)!
    .exceptions.at(-1)!
    .stacktrace!.frames.map(
      ({ module, function: name, lineno, in_app }) => `${in_app ? '*' : ''}${module ?? ''} ${name} ${lineno}`,
    );

test('Go: receivers stay, addresses of arguments and who started the goroutine go', () => {
  const text = `panic: no cart

goroutine 1 [running]:
main.(*Cart).Total(0xc000010000, {0x1, 0x2})
	/app/cart.go:12 +0x1d
main.Cart.Sum({0x1, 0x7})
	/app/cart.go:13 +0x1
main.main.func1.(*Server).run(...)
	/app/main.go:1
github.com/shop/pay/v2.First[...](0x1)
	/app/pay/first.go:2
net/http.(*conn).serve(0xc0000b4000)
	/usr/local/go/src/net/http/server.go:2009 +0x5f4
created by net/http.(*Server).Serve in goroutine 1
	/usr/local/go/src/net/http/server.go:3290 +0x5a`;
  expect(framesOf(text)).toEqual([
    'net/http (*conn).serve 2009',
    '*github.com/shop/pay/v2 First[...] 2',
    '*main main.func1.(*Server).run 1',
    '*main Cart.Sum 13',
    '*main (*Cart).Total 12',
  ]);
});

test('Java: own code is told from what comes with it', () => {
  const text = `java.lang.IllegalStateException: no
	at java.base/java.util.Objects.requireNonNull(Objects.java:233)
	at com.shop.Cart$Line.<init>(Cart.java:12)
	at com.shop.Cart.lambda$total$0(Cart.java:7) ~[classes!/:na]
	at org.springframework.web.Servlet.service(Servlet.java:1) [spring-web-6.1.jar!/:6.1]`;
  expect(framesOf(text)).toEqual([
    'org.springframework.web.Servlet service 1',
    '*com.shop.Cart lambda$total$0 7',
    '*com.shop.Cart$Line <init> 12',
    'java.util.Objects requireNonNull 233',
  ]);
});

test('.NET: a chain has the stack of each', () => {
  const parsed = parseStack(`Shop.CheckoutFailed: no
 ---> System.IO.IOException: disk
   at Shop.Io.Read() in /app/Io.cs:line 3
   --- End of inner exception stack trace ---
   at Shop.Cart.Checkout(String id) in /app/Cart.cs:line 7`)!;
  expect(parsed.exceptions).toMatchObject([
    {
      type: 'System.IO.IOException',
      value: 'disk',
      stacktrace: { frames: [{ function: 'Read', lineno: 3 }] },
    },
    {
      type: 'Shop.CheckoutFailed',
      value: 'no',
      stacktrace: { frames: [{ function: 'Checkout', lineno: 7 }] },
    },
  ]);
});

test('PHP: the place of the failure is the innermost frame', () => {
  const text = `PHP Fatal error:  Uncaught RuntimeException: no cart in /app/cart.php:3
Stack trace:
#0 /app/index.php(7): Cart->total()
#1 /app/vendor/lib/run.php(9): {closure}()
#2 {main}
  thrown in /app/cart.php on line 3`;
  expect(framesOf(text)).toEqual([' undefined 9', '* {closure} 7', '* Cart::total 3']);
});
