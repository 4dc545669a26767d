/** Stack traces as runtimes and loggers print them; each is one record. For tests. */
export const TRACES: Readonly<Record<string, string>> = {
  'Python, logged with its heading': `2026-01-01 12:00:00,123 ERROR shop.cart: checkout failed
Traceback (most recent call last):
  File "/app/shop/cart.py", line 12, in checkout
    charge(card)
    ~~~~~~^^^^^^
  File "/app/shop/pay.py", line 7, in charge
    raise PaymentRefused("no")
shop.pay.PaymentRefused: no`,
  'Python, a chain of three': `Traceback (most recent call last):
  File "/app/a.py", line 3, in <module>
    {}["x"]
    ~~^^^^^
KeyError: 'x'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/a.py", line 5, in <module>
    int("y")
ValueError: invalid literal for int() with base 10: 'y'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/app/a.py", line 7, in <module>
    raise RuntimeError("no price") from error
RuntimeError: no price`,
  'Python, deep': `Traceback (most recent call last):
  File "/app/a.py", line 2, in f
    f()
    ~^^
  [Previous line repeated 996 more times]
RecursionError: maximum recursion depth exceeded`,
  'Python, the default format': `ERROR:root:checkout failed
Traceback (most recent call last):
  File "/app/a.py", line 3, in <module>
    f()
ZeroDivisionError: division by zero`,
  'Python, a group': `  + Exception Group Traceback (most recent call last):
  |   File "/app/g.py", line 1, in <module>
  |     raise ExceptionGroup("two", [ValueError("a"), TypeError("b")])
  | ExceptionGroup: two (2 sub-exceptions)
  +-+---------------- 1 ----------------
    | ValueError: a
    +---------------- 2 ----------------
    | TypeError: b
    +------------------------------------`,
  'Python, a syntax error': `  File "/app/s.py", line 1
    print("a"
         ^
SyntaxError: '(' was never closed`,
  'Python, a thread': `Exception in thread Thread-1 (work):
Traceback (most recent call last):
  File "/usr/lib/python3.12/threading.py", line 1073, in _bootstrap_inner
    self.run()
KeyboardInterrupt`,
  'Java, causes and suppressed': `Exception in thread "main" com.shop.CheckoutException: cart 7
	at com.shop.Cart.checkout(Cart.java:31)
	at java.base/java.lang.Thread.run(Thread.java:1583)
	Suppressed: java.io.IOException: close
		at com.shop.Pool.close(Pool.java:9)
		... 2 more
Caused by: java.lang.IllegalStateException: card refused
	at com.shop.Card.charge(Card.java:12) ~[shop.jar!/:1.4]
	at com.shop.Card.lambda$main$0(Card.java:3)
	... 12 more
Caused by: java.net.SocketTimeoutException
	at app//com.shop.Net.read(Native Method)
	... 15 common frames omitted`,
  'Java, logback with a heading': `12:00:00.123 [http-1] ERROR com.shop.Cart - checkout failed
com.shop.CheckoutException: cart 7
is empty
	at com.shop.Cart.checkout(Cart.java:31)`,
  'Kotlin, a coroutine': `java.lang.IllegalArgumentException: no
	at ShopKt$main$1.invokeSuspend(Shop.kt:8)
	at kotlinx.coroutines.DispatchedTask.run(DispatchedTask.kt:104)`,
  'Node, uncaught': `/app/shop.js:3
    throw new Error('boom');
    ^

Error: boom
    at Object.<anonymous> (/app/shop.js:3:9)
    at async Promise.all (index 0)
    at node:internal/main/run_main_module:28:49 {
  code: 'E_BOOM',
  [cause]: TypeError: Cannot read properties of undefined (reading 'x')
      at f (/app/shop.js:1:9)
}

Node.js v20.11.0`,
  'Node, a syntax error': `file:///app/shop.mjs:1
const a = ;
          ^

SyntaxError: Unexpected token ';'
    at compileSourceTextModule (node:internal/modules/esm/utils:340:16)

Node.js v24.21.0`,
  'Node, logged': `TypeError: items.map is not a function
    at Cart.total [as sum] (/app/cart.js:3:9)
    at process.processTicksAndRejections (node:internal/process/task_queues:95:5)
    at async file:///app/main.mjs:9:1`,
  'Go, a panic': `panic: runtime error: invalid memory address or nil pointer dereference
[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x48f2a4]

goroutine 1 [running]:
main.(*Cart).Total(...)
	/app/cart.go:12
main.main()
	/app/main.go:7 +0x1d
exit status 2`,
  'Go, a dump of goroutines': `fatal error: all goroutines are asleep - deadlock!

goroutine 1 [chan receive]:
main.main()
	/app/main.go:5 +0x2d

goroutine 18 [select, 2 minutes]:
net/http.(*persistConn).readLoop(0xc0000b4000)
	/usr/lib/go/src/net/http/transport.go:2205 +0xd25
created by net/http.(*Transport).dialConn in goroutine 7
	/usr/lib/go/src/net/http/transport.go:1776 +0x169f`,
  'Go, net/http': `2026/01/01 12:00:00 http: panic serving 10.0.0.1:51234: no cart
goroutine 34 [running]:
net/http.(*conn).serve.func1()
	/usr/lib/go/src/net/http/server.go:1903 +0xbe
panic({0x6a1f20?, 0x7b3a10?})
	/usr/lib/go/src/runtime/panic.go:770 +0x132`,
  'PHP, uncaught': `[22-Nov-2026 12:00:00 UTC] PHP Fatal error:  Uncaught RuntimeException: no cart in /app/cart.php:3
Stack trace:
#0 /app/index.php(7): Cart->total()
#1 {main}

Next LogicException: no checkout in /app/index.php:9
Stack trace:
#0 {main}
  thrown in /app/index.php on line 9`,
  'PHP, Laravel': `[2026-01-01 12:00:00] production.ERROR: no cart {"exception":"[object] (RuntimeException(code: 0): no cart at /app/cart.php:3)
[stacktrace]
#0 /app/index.php(7): Cart->total()
#1 {main}
"}`,
  'PHP, Xdebug': `PHP Fatal error:  Uncaught Error: Call to undefined function f() in /app/a.php:2
PHP Stack trace:
PHP   1. {main}() /app/a.php:0`,
  Ruby: `cart.rb:3:in 'Integer#/': divided by 0 (ZeroDivisionError)
	from cart.rb:3:in 'Cart#total'
	from cart.rb:7:in '<main>'`,
  'Ruby, with its excerpt': `cart.rb:2:in 'Cart#total': undefined method 'sum' for nil (NoMethodError)

    items.sum
         ^^^^
	from cart.rb:7:in '<main>'`,
  'Ruby, Rails': `ZeroDivisionError (divided by 0):

app/controllers/cart_controller.rb:5:in \`show'
app/middleware/time.rb:9:in \`call'`,
  '.NET': `Unhandled exception. System.AggregateException: One or more errors occurred. (no cart)
 ---> System.InvalidOperationException: no cart
   at Shop.Cart.<>c__DisplayClass0_0.<Total>b__0(String id) in /app/Cart.cs:line 12
   at System.Collections.Generic.Dictionary\`2.get_Item(TKey key)
   --- End of inner exception stack trace ---
   at Shop.Program.<Main>$(String[] args) in /app/Program.cs:line 3
--- End of stack trace from previous location ---
   at Shop.Program.Main()`,
  '.NET, the console logger': `fail: Microsoft.AspNetCore.Server.Kestrel[13]
      Connection id "0HN", Request id "0HN:1": An unhandled exception was thrown by the application.
      System.InvalidOperationException: no cart
         at Shop.Cart.Total() in /app/Cart.cs:line 12`,
  Rust: `thread 'main' panicked at src/main.rs:2:5:
no cart
note: run with \`RUST_BACKTRACE=1\` environment variable to display a backtrace`,
  'Rust, with frames': `thread 'tokio-runtime-worker' (4711) panicked at 'no cart', src/main.rs:2:5
stack backtrace:
   0: rust_begin_unwind
             at /rustc/07dca489ac2d933c78d3c5158e3f43beefeb02ce/library/std/src/panicking.rs:645:5
   1: core::panicking::panic_fmt
note: Some details are omitted, run with \`RUST_BACKTRACE=full\` for a verbose backtrace.`,
  'Rust, anyhow': `Error: no checkout

Caused by:
    0: no cart
    1: connection refused

Stack backtrace:
   0: shop::main`,
};

/** Lines that look a little like it; each is a record of its own. */
export const NOT_TRACES: Readonly<Record<string, string>> = {
  JSON: `{
  "error": "no cart",
  "at": [
    1,
    2
  ]
}`,
  SQL: `ERROR:  syntax error at or near "FORM"
SELECT id,
       total
  FROM cart
 WHERE id = 7
   AND at > now()`,
  YAML: `error:
  at: home
  from: cart:12
  - File: "a"
    line: 3`,
  prose: `We met
  at home (today)
  at 12:30:45 sharp
  from noon on
# 1 was there
Caused by: rain
and then it was dry`,
  'errors one after the other': `2026-01-01 12:00:00 ERROR no cart
2026-01-01 12:00:00 ERROR no checkout
ERROR without a time
Error: a
TypeError: b
ValueError: c
panic: d
level=error msg="e"
cart.rb:3:in 'total': divided by 0 (ZeroDivisionError)
cart.rb:4:in 'total': divided by 0 (ZeroDivisionError)
Exception in thread "main" java.lang.Error: f`,
  'a list of numbers': `ERROR in 2 tests
#0 first
done
#1 second`,
};
