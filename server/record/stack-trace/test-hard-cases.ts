/** Texts that are hard to tell: stack traces as the world delivers them, and what merely looks like one. For tests. */

/** Name -> what surfaced (type), its text. */
export const HARD_TRACES: Readonly<Record<string, readonly [type: string, text: string]>> = {
  'Node behind a logger in one line': [
    'TypeError',
    '2026-11-23T12:00:00Z error: checkout failed TypeError: x is not a function\n    at pay (/app/pay.js:3:9)\n    at order (/app/order.js:7:1)',
  ],
  'Node on Windows': [
    'Error',
    'Error: no\r\n    at Object.<anonymous> (C:\\shop\\app.js:1:7)\r\n    at Module._compile (node:internal/modules/cjs/loader:1105:14)',
  ],
  'Node, a URL of a module': [
    'Error',
    'Error: no\n    at file:///app/main.mjs:3:9\n    at async run (file:///app/run.mjs:1:1)',
  ],
  'Node, a message of an HTTP client': [
    'AxiosError',
    'AxiosError: Request failed with status code 503\n    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)\n    at IncomingMessage.handleStreamEnd (/app/node_modules/axios/lib/adapters/http.js:599:11)',
  ],
  'Node, a bundle': [
    'TypeError',
    "TypeError: Cannot read properties of undefined (reading 'a')\n    at r.n (/app/dist/server.js:1:48213)\n    at t (/app/dist/server.js:1:9)",
  ],
  'Node, an error with a code': [
    'Error',
    'Error [ERR_HTTP_HEADERS_SENT]: Cannot set headers\n    at ServerResponse.setHeader (node:_http_outgoing:603:11)\n    at send (/app/send.js:2:3)',
  ],
  'Node, a frame of an eval': [
    'Error',
    'Error: in eval\n    at eval (eval at run (/app/run.js:3:1), <anonymous>:1:7)\n    at run (/app/run.js:3:1)',
  ],
  'Node, async frames': [
    'Error',
    'Error: late\n    at async Promise.all (index 2)\n    at async load (/app/load.js:9:3)',
  ],
  'Node, a new': ['Error', 'Error: bad\n    at new Cart (/app/cart.js:4:11)\n    at /app/index.js:2:1'],
  'Chrome, minified': [
    'TypeError',
    "TypeError: Cannot read properties of null (reading 'f')\n    at t.value (https://shop.example/static/js/main.3f2a.js:2:183742)\n    at https://shop.example/static/js/main.3f2a.js:2:9",
  ],
  'Chrome, webpack': [
    'ChunkLoadError',
    'ChunkLoadError: Loading chunk 7 failed.\n    at __webpack_require__.f.j (webpack-internal:///./src/a.js:12:3)\n    at https://shop.example/a.js:1:1',
  ],
  Firefox: [
    'TypeError',
    'TypeError: a is null\ntotal@https://shop.example/cart.js:3:9\n@https://shop.example/main.js:1:1',
  ],
  Safari: [
    'TypeError',
    "TypeError: undefined is not an object (evaluating 'a.b')\ntotal@https://shop.example/cart.js:3:9\nglobal code@https://shop.example/main.js:1:1",
  ],
  'React, an uncaught promise': [
    'Error',
    'Uncaught (in promise) Error: no stock\n    at take (https://shop.example/a.js:1:100)\n    at https://shop.example/b.js:2:5',
  ],
  Deno: [
    'Error',
    'error: Uncaught (in promise) Error: boom\n    at charge (file:///app/pay.ts:2:9)\n    at file:///app/main.ts:5:1',
  ],
  'Java without a message': [
    'NullPointerException',
    'java.lang.NullPointerException\n\tat com.shop.Cart.total(Cart.java:12)\n\tat com.shop.Main.main(Main.java:3)',
  ],
  'Java, packed by logback': [
    'CheckoutException',
    'com.shop.CheckoutException: no\n\tat com.shop.Cart.checkout(Cart.java:31) ~[classes!/:1.4]\n\tat org.springframework.aop.Proxy.invoke(Proxy.java:7) ~[spring-aop-6.1.jar!/:6.1]',
  ],
  'Java, no tabs': [
    'IllegalStateException',
    'java.lang.IllegalStateException: no\nat com.shop.Cart.total(Cart.java:12)\nat com.shop.Main.main(Main.java:3)',
  ],
  'Java, the stack in the heading': [
    'SQLException',
    '12:00:00.000 [main] ERROR c.s.Cart - query failed: java.sql.SQLException: deadlock\n\tat com.shop.Db.run(Db.java:3)\n\tat com.shop.Main.main(Main.java:1)',
  ],
  'Java, lambdas and proxies': [
    'RuntimeException',
    'java.lang.RuntimeException: x\n\tat com.shop.Cart$$Lambda$14/0x0000000800066840.run(Unknown Source)\n\tat com.shop.Cart$$EnhancerBySpringCGLIB$$1a2b.total(<generated>)\n\tat com.shop.Main.main(Main.java:1)',
  ],
  'Java, a root cause first': [
    'CheckoutException',
    'com.shop.IoFailed: disk\n\tat com.shop.Io.read(Io.java:3)\nWrapped by: com.shop.CheckoutException: no\n\tat com.shop.Cart.checkout(Cart.java:31)',
  ],
  'Kotlin, a file of functions': [
    'IllegalArgumentException',
    'java.lang.IllegalArgumentException: no\n\tat ShopKt.main(Shop.kt:8)\n\tat ShopKt.main(Shop.kt)',
  ],
  Scala: [
    'MatchError',
    'scala.MatchError: 7 (of class java.lang.Integer)\n\tat shop.Cart$.total(Cart.scala:12)\n\tat shop.Main$.main(Main.scala:3)',
  ],
  Clojure: [
    'ExceptionInfo',
    'clojure.lang.ExceptionInfo: no cart\n\tat shop.core$total.invokeStatic(core.clj:12)\n\tat shop.core$total.invoke(core.clj:10)',
  ],
  Android: [
    'IllegalStateException',
    'FATAL EXCEPTION: main\nProcess: com.shop, PID: 7\njava.lang.IllegalStateException: no view\n\tat com.shop.CartActivity.onCreate(CartActivity.java:31)\n\tat android.app.Activity.performCreate(Activity.java:8000)',
  ],
  'Java, cut in front': [
    '',
    '\tat com.shop.Cart.total(Cart.java:12)\n\tat com.shop.Main.main(Main.java:3)\n\tat java.base/java.lang.Thread.run(Thread.java:1583)',
  ],
  'Python, cut at its end': [
    '',
    'Traceback (most recent call last):\n  File "/app/a.py", line 3, in <module>\n    f()',
  ],
  'Python, an anonymous function': [
    'KeyError',
    'Traceback (most recent call last):\n  File "<stdin>", line 1, in <lambda>\nKeyError: \'x\'',
  ],
  'Python, Windows': [
    'ValueError',
    'Traceback (most recent call last):\n  File "C:\\shop\\a.py", line 3, in pay\n    raise ValueError("no")\nValueError: no',
  ],
  'Python, a template of Jinja': [
    'UndefinedError',
    'Traceback (most recent call last):\n  File "/app/views.py", line 3, in show\n    return render()\n  File "cart.html", line 7, in top-level template code\n    {{ cart.total }}\njinja2.exceptions.UndefinedError: \'cart\' is undefined',
  ],
  'Python, an uvicorn line above': [
    'RuntimeError',
    'ERROR:    Exception in ASGI application\nTraceback (most recent call last):\n  File "/app/main.py", line 9, in root\n    raise RuntimeError("no")\nRuntimeError: no',
  ],
  'Python, celery': [
    'Retry',
    '[2026-11-23 12:00:00,123: ERROR/ForkPoolWorker-1] Task shop.pay[3f2a] raised unexpected: Retry()\nTraceback (most recent call last):\n  File "/app/tasks.py", line 7, in pay\n    raise Retry()\nshop.Retry',
  ],
  'Python, a message of several lines': [
    'ValidationError',
    'Traceback (most recent call last):\n  File "/app/a.py", line 3, in load\n    Cart(**data)\npydantic_core.ValidationError: 1 validation error for Cart\nitems\n  Field required',
  ],
  'Go, a wrapped panic of a server': [
    'panic',
    'http: panic serving 10.0.0.7:51234: no cart\ngoroutine 34 [running]:\nmain.(*Server).cart(0xc000)\n\t/app/server.go:31 +0x1d',
  ],
  'Go, zap': [
    '',
    'main.(*Server).cart\n\t/app/server.go:31\nnet/http.HandlerFunc.ServeHTTP\n\t/usr/local/go/src/net/http/server.go:2136',
  ],
  'Go, a generic function': [
    'panic',
    'panic: boom\n\ngoroutine 1 [running]:\nmain.Map[...](0x1)\n\t/app/map.go:3 +0x1\nmain.main()\n\t/app/main.go:7 +0x1d',
  ],
  'Go, recovered and thrown again': [
    'panic',
    'panic: no cart [recovered]\n\tpanic: no cart\n\ngoroutine 7 [running]:\nmain.pay()\n\t/app/pay.go:7 +0x1',
  ],
  'Go, a type of its own': [
    'main.NotFound',
    'panic: main.NotFound{id:7}\n\ngoroutine 1 [running]:\nmain.main()\n\t/app/main.go:7 +0x1d',
  ],
  'Go, a race of maps': [
    'fatal error',
    'fatal error: concurrent map writes\n\ngoroutine 18 [running]:\nmain.put()\n\t/app/map.go:9 +0x1',
  ],
  'PHP, Symfony': [
    'App\\NotFound',
    'Uncaught PHP Exception App\\NotFound: no cart\nStack trace:\n#0 /app/src/Cart.php(12): App\\Cart->total()\n#1 {main}',
  ],
  'PHP, as its text': [
    'InvalidArgumentException',
    'InvalidArgumentException: no cart in /app/cart.php:3\nStack trace:\n#0 /app/index.php(7): Cart->total()\n#1 {main}',
  ],
  'PHP, Laravel in one line of JSON': [
    'RuntimeException',
    '[2026-01-01 12:00:00] local.ERROR: no cart {"userId":7,"exception":"[object] (RuntimeException(code: 0): no cart at /app/cart.php:3)\n[stacktrace]\n#0 /app/vendor/laravel/framework/src/Route.php(7): App\\Cart->total()\n#1 {main}\n"}',
  ],
  'PHP, an internal function': [
    'TypeError',
    'PHP Fatal error:  Uncaught TypeError: no in /app/a.php:3\nStack trace:\n#0 [internal function]: total(NULL)\n#1 /app/b.php(2): array_map()\n#2 {main}\n  thrown in /app/a.php on line 3',
  ],
  'Ruby, a block': [
    'KeyError',
    "cart.rb:3:in 'Hash#fetch': key not found: :a (KeyError)\n\tfrom cart.rb:3:in 'block in Cart#total'\n\tfrom cart.rb:7:in '<main>'",
  ],
  'Ruby, Sidekiq': [
    'ActiveRecord::RecordNotFound',
    "WARN: ActiveRecord::RecordNotFound: Couldn't find Cart\nWARN: x\n/app/models/cart.rb:3:in `find'\n/app/jobs/pay.rb:7:in `perform'",
  ],
  'Ruby, Rails with its heading': [
    'NoMethodError',
    "NoMethodError (undefined method `sum' for nil:NilClass):\n\napp/models/cart.rb:3:in `total'\napp/controllers/cart_controller.rb:5:in `show'",
  ],
  'Ruby, an eval': [
    'RuntimeError',
    "(eval):1:in `total': no (RuntimeError)\n\tfrom a.rb:2:in `eval'\n\tfrom a.rb:2:in `<main>'",
  ],
  '.NET, async': [
    'System.InvalidOperationException',
    'System.InvalidOperationException: no cart\n   at Shop.Cart.TotalAsync(String id) in /app/Cart.cs:line 12\n--- End of stack trace from previous location ---\n   at Shop.Api.GetAsync() in /app/Api.cs:line 3',
  ],
  '.NET, on Windows': [
    'System.NullReferenceException',
    'System.NullReferenceException: Object reference not set to an instance of an object.\r\n   at Shop.Cart.Total() in C:\\shop\\Cart.cs:line 12\r\n   at Shop.Program.Main(String[] args)',
  ],
  '.NET, generics and local functions': [
    'System.ArgumentException',
    'System.ArgumentException: no\n   at Shop.Repo`1.Get[T](Int32 id) in /app/Repo.cs:line 9\n   at Shop.Program.<Main>g__Run|0_1(String a) in /app/Program.cs:line 3',
  ],
  '.NET, an inner one': [
    'Shop.CheckoutFailed',
    'Shop.CheckoutFailed: no\n ---> System.IO.IOException: disk\n   at Shop.Io.Read() in /app/Io.cs:line 3\n   --- End of inner exception stack trace ---\n   at Shop.Cart.Checkout() in /app/Cart.cs:line 7',
  ],
  '.NET, a number of Win32': [
    'System.ComponentModel.Win32Exception',
    'System.ComponentModel.Win32Exception (0x80004005): Access is denied\n   at Shop.Io.Open(String path)\n   at Shop.Program.Main()',
  ],
  'Python, behind what Apache writes': [
    'ImportError',
    '[Mon Nov 23 12:00:00.123456 2026] [wsgi:error] [pid 7] [client 10.0.0.7:51234] Traceback (most recent call last):\n[Mon Nov 23 12:00:00.123789 2026] [wsgi:error] [pid 7] [client 10.0.0.7:51234]   File "/app/shop.wsgi", line 7, in <module>\n[Mon Nov 23 12:00:00.124012 2026] [wsgi:error] [pid 7] [client 10.0.0.7:51234]     from shop import app\n[Mon Nov 23 12:00:00.124555 2026] [wsgi:error] [pid 7] [client 10.0.0.7:51234] ImportError: No module named shop',
  ],
  'Python, behind what OpenStack writes': [
    'NotFound',
    '2026-11-23 12:00:00.123 7 ERROR shop.api Traceback (most recent call last):\n2026-11-23 12:00:00.123 7 ERROR shop.api   File "/app/api.py", line 9, in cart\n2026-11-23 12:00:00.123 7 ERROR shop.api     raise NotFound()\n2026-11-23 12:00:00.123 7 ERROR shop.api shop.NotFound: no cart',
  ],
  '.NET, behind a name in brackets': [
    'System.InvalidOperationException',
    '[backend] Unhandled exception. System.InvalidOperationException: no cart\n[backend]    at Shop.Cart.Total() in /app/Cart.cs:line 12\n[backend]    at Shop.Program.Main()',
  ],
  'Ruby, a message of two lines': [
    'NoMethodError',
    "./pay.rb:31:in `<main>': private method `pay' called for #<Cart:0x1\n @items=[]> (NoMethodError)\n\tfrom ./run.rb:3:in `run'",
  ],
  'Rust, a thread of tokio': [
    'panic',
    "thread 'tokio-runtime-worker' panicked at src/pay.rs:12:9:\nno card\nnote: run with `RUST_BACKTRACE=1`",
  ],
  'Rust, old style': [
    'panic',
    "thread 'main' panicked at 'no card', src/main.rs:2:5\nnote: run with `RUST_BACKTRACE=1` environment variable to display a backtrace",
  ],
  'Rust, eyre': [
    'Error',
    'Error: no checkout\n\nCaused by:\n    connection refused\n\nStack backtrace:\n   0: shop::pay\n             at ./src/pay.rs:3\n   1: shop::main\n             at ./src/main.rs:7',
  ],
};

/** Name -> text. Nobody threw anything here. */
export const LOOK_ALIKES: Readonly<Record<string, string>> = {
  'an access log':
    '10.0.0.7 - - [23/Nov/2026:12:00:00 +0000] "GET /at/home HTTP/1.1" 200 12\n10.0.0.7 - - [23/Nov/2026:12:00:01 +0000] "GET /cart HTTP/1.1" 200 12',
  'a request in words': 'GET /cart\n  at 12:00:01 from 10.0.0.7\n  at edge (fra-1)',
  'a diff': 'diff --git a/cart.js b/cart.js\n@@ -1,3 +1,3 @@\n-  at pay\n+  at order\n function total() {',
  'a unified diff with places':
    '--- a/app/cart.py\n+++ b/app/cart.py\n@@ -12,7 +12,7 @@ def total():\n-    return 1\n+    return 2',
  SQL: "SELECT *\n  FROM cart\n WHERE at > now()\n   AT TIME ZONE 'UTC'",
  'an error of SQL': 'ERROR:  syntax error at or near "FORM"\nLINE 1: SELECT 1 FORM cart\n                 ^',
  'a plan of a query':
    'Seq Scan on cart  (cost=0.00..1.04 rows=4 width=4)\n  Filter: (id = 7)\n  Rows Removed by Filter: 3',
  markdown: '# Notes\n\n1. open the cart\n2. at (home)\n\n> at least we tried\n\n- from here: there',
  'a list of numbers': '#1 first\n#2 second\n#3 third',
  ranks: '#1 Berlin (3.6)\n#2 Paris (2.1)\n#3 Rome (2.8)',
  chat: 'ann: see you at lunch (12:30)\nbob: at the corner (Main:7)\nann: ok',
  mail: 'From: ann@example.com\nTo: bob@example.com\nSubject: cart\n\nSee you at ten,\nAnn',
  'a poem': 'at dawn\nat noon\nat night',
  addresses: 'ann@example.com\nbob@shop.example:8080\ncleo@http',
  yaml: 'cart:\n  at: home\n  from: shop:12\n  items:\n    - id: 7',
  'an indented list': 'Traceback:\n  none\nCalls:\n  at will',
  'JSON on several lines': '{\n  "error": "no cart",\n  "at": ["home (1:2)"]\n}',
  'a config': '[server]\nhost = 0.0.0.0\nport = 4000\nat = "file:///app/a.js"',
  'a table': 'id | at       | from\n 1 | 12:00:01 | web:1\n 2 | 12:00:02 | web:2',
  nginx:
    '2026/11/23 12:00:00 [error] 7#7: *1 connect() failed (111: Connection refused) while connecting to upstream, client: 10.0.0.7\n2026/11/23 12:00:01 [warn] 7#7: x',
  systemd:
    'Nov 23 12:00:00 web-1 systemd[1]: Started Shop.\nNov 23 12:00:01 web-1 systemd[1]: shop.service: Main process exited, code=exited, status=1/FAILURE',
  kernel: '[12345.678] Call Trace:\n[12345.679]  ? __schedule+0x2f\n[12345.680]  do_idle+0x1',
  git: 'commit 3f2a\nAuthor: Ann <ann@example.com>\nDate: Mon\n\n    at last: cart.js:3 is fixed',
  npm: 'npm ERR! code ELIFECYCLE\nnpm ERR! errno 1\nnpm ERR! shop@1.0.0 start: `node .`',
  'a test report': 'FAIL cart.test.js\n  ● total › sums\n    Expected: 3\n    Received: 4',
  'a list of tests': 'ok 1 - adds\nnot ok 2 - subtracts\n1..2',
  eslint:
    '/app/cart.js\n  3:9  error  x is not defined  no-undef\n  7:1  warning  Unexpected console\n\n2 problems',
  'a compiler':
    "src/cart.ts(3,9): error TS2304: Cannot find name 'x'.\nsrc/pay.ts(7,1): error TS2304: Cannot find name 'y'.",
  gcc: 'cart.c:3:9: error: expected ; before } token\n    3 |   return 1\n      |         ^',
  rustc: 'error[E0382]: borrow of moved value\n --> src/main.rs:3:9\n  |\n3 |     x\n  |     ^',
  'go vet': '# shop\n./cart.go:3:9: undefined: x\n./pay.go:7:1: missing return',
  'ruby warnings': 'cart.rb:3: warning: unused variable\ncart.rb:7: warning: shadowing',
  'a count of errors': 'Errors by type:\n  TypeError: 12\n  RangeError: 3',
  'errors, one a line': 'TypeError: a\nRangeError: b\nSyntaxError: c',
  levels: 'ERROR: no cart\nERROR: no checkout\nWARN: slow',
  'a health report': 'db: ok\ncache: failed\n  at 12:00: connection refused\n  at 12:01: connection refused',
  'a train': 'Train at Berlin (Hbf)\n  at Potsdam (12:07)\n  at Magdeburg (13:01)',
  dates: 'at 2026-11-23:12:00\nat 2026-11-24:12:00',
  ports: 'listening\n  at http://localhost:4000\n  at http://10.0.0.7:4000',
  'a banner of a server': 'Server ready\n  at http://localhost:4000/\n  at https://shop.example:443/',
  'a menu': 'Choose:\n#1 (a): cart\n#2 (b): checkout',
  issues: '#12 opened by ann (2026): cart is slow\n#13 opened by bob (2026): pay is slow',
  'a quoted trace in markdown': '> Traceback: see the docs\n> File a bug, line up, in person',
  'a manual': 'Use `Traceback (most recent call last)` to find where it failed.\nThen open the file.',
  'docs of Java': 'Throws NullPointerException when the cart is null.\nSee java.lang.Object for more.',
  'a log of a build': 'Step 1/3 : FROM node:24\n ---> 3f2a1b\nStep 2/3 : COPY . .\n ---> 4a5b6c',
  'docker history': ' ---> Running in 3f2a\n ---> 4a5b\nSuccessfully built 4a5b',
  css: '.cart {\n  at: x;\n  from: url(a.png:3);\n}\n@media print {}',
  animation: '@keyframes a {\n  from { top: 0 }\n  to { top: 1px }\n}',
  html: '<p>at home</p>\n<a href="https://shop.example:443/a.js:3:9">x</a>',
  'python code': 'def f():\n    raise ValueError("no")\n\nFile = 7',
  'java code': 'catch (IOException e) {\n  throw new RuntimeException(e);\n}',
  'an import': 'from cart import total\nfrom shop.pay import charge',
  'a Dockerfile': 'FROM node:24\nRUN npm ci\nCMD ["node", "."]',
  env: 'PATH=/usr/bin:/bin\nNODE_ENV=production\nAT=home:3',
  csv: 'at,from,to\n12:00,a,b\n12:01,c,d',
  metrics: 'http_requests_total{path="/at"} 7\nhttp_requests_total{path="/from"} 3',
  'a thread name': "thread 'main' started\nthread 'worker' started",
  'goroutines, counted': 'goroutines: 12\nheap: 7 MB\ngoroutine profile: total 12',
  'a panic button': 'panic button pressed\nnobody came',
  'a phrase with panic': 'Do not panic: all is well\nreally',
  'a caused-by in prose': 'The delay was\nCaused by: rain\nand snow',
  'an ASCII drawing': '  +---+\n  | a |\n  +---+\n    ^',
  'a key': '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  versions: 'node: v24.21.0\nnpm: 11.0.0\nat: 7:3',
  'a list of files': 'a.js:3:9\nb.js:7:1\nc.js:1:1',
  grep: 'cart.js:3: throw new Error("no")\npay.js:7: at(1)',
  'a source map': 'webpack://shop/./a.js\nwebpack://shop/./b.js',
  'requests of a browser': 'XHR https://shop.example/a.js:3\nGET https://shop.example/b.js:7',
  'a user@host prompt': 'ann@web:/app$ ls\ncart.js\nann@web:/app$ exit',
  mentions: '@ann see this\n@bob and this',
  redis:
    '7:M 23 Nov 2026 12:00:00.123 * Ready to accept connections\n7:M 23 Nov 2026 12:00:01.123 # Server started',
  postgres:
    '2026-11-23 12:00:00.123 UTC [7] ERROR:  relation "cart" does not exist at character 15\n2026-11-23 12:00:00.123 UTC [7] STATEMENT:  SELECT 1 FROM cart',
  mysql: '2026-11-23T12:00:00Z 7 [Note] Aborted connection 7 to db\n2026-11-23T12:00:01Z 8 [Note] x',
  kafka:
    '[2026-11-23 12:00:00,123] INFO [Partition cart-0 broker=1] Log loaded (kafka.cluster.Partition)\n[2026-11-23 12:00:01,123] INFO x (kafka.log.Log)',
  'a GC log':
    '[0.123s][info][gc] GC(0) Pause Young (Normal) 24M->4M(256M) 3.123ms\n[0.223s][info][gc] GC(1) Pause',
  'a JVM option': 'Picked up JAVA_TOOL_OPTIONS: -Xmx1g\nat.com.shop=1',
  'a recipe': 'Bake\n  at 180 (degrees)\n  at least 30 (minutes)',
  'times in brackets': 'runs\n  at noon (12:00)\n  at night (00:00)',
  'a heading and blank lines': 'ERROR checkout failed\n\n\nnext line',
  'a bare error': 'Error: no cart',
  'an error with a second line': 'Error: no cart\nplease try again',
  'an aggregate without a stack': '[AggregateError: All promises were rejected] {\n  [errors]: []\n}',
  'a warning of Node':
    '(node:7) Warning: careful\n(Use `node --trace-warnings ...` to show where the warning was created)',
  'a deprecation of Python': '/app/a.py:3: DeprecationWarning: old\n  import imp',
  'an answer of HTTP': 'HTTP/1.1 500 Internal Server Error\nContent-Type: text/html\n\n<h1>Error</h1>',
  curl: '* Connected to shop.example (10.0.0.7) port 443\n> GET / HTTP/1.1\n< HTTP/1.1 200 OK',
  'a chain of proxies': 'via 10.0.0.7\n  at proxy-1 (fra)\n  at proxy-2 (ams)',
  'a signature': 'Regards\nAnn\nat shop.example (see below)\nat other.example (see there)',
  'an event in words': 'User signed in\n  at: Login.Page(main)\n  from: web',
  'a table of contents': '1. Cart (3)\n2. Checkout (7)\n3. Payment (9)',
  steps: '0: start\n1: cart\n2: pay',
  'a backtrace that is none': 'stack backtrace:\nnone',
  'a dictionary': 'File "a": 3\nFile "b": 7',
  'a stack of plates': 'Stack trace: none available\nsee above',
  binary: '\u0000\u0001\u0002\n\u0003at\u0004',
  'a lot of blank lines': `${'\n'.repeat(500)}at`,
  'escaped line ends': 'path C:\\new\\at\\cart\\nothing',
};
