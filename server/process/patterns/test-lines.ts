/** Lines as programs write them, of our own making. Each group is one event of one program: one pattern. */
export const EVENTS: readonly { template: string; lines: readonly string[] }[] = [
  {
    template: 'Failed password for invalid user <name> from <host> port <num> ssh2',
    lines: [
      'Failed password for invalid user webmaster from 10.1.2.3 port 38926 ssh2',
      'Failed password for invalid user 0101 from 10.1.2.3 port 22 ssh2',
      'Failed password for invalid user  from 10.1.2.3 port 22 ssh2',
      'Failed password for invalid user monitor from 2001:db8::17 port 22 ssh2',
      'Failed password for invalid user $ADMIN$ from 10.1.2.3 port 22 ssh2',
    ],
  },
  {
    template: 'Failed password for <name> from <host> port <num> ssh2',
    lines: [
      'Failed password for root from 10.1.2.3 port 38926 ssh2',
      'Failed password for alice from gate.example.com port 22 ssh2',
    ],
  },
  {
    template: 'pam_unix(sshd:session): session opened for user <name> by (uid=<*>)',
    lines: [
      'pam_unix(sshd:session): session opened for user root by (uid=0)',
      'pam_unix(sshd:session): session opened for user news by (uid=1000)',
    ],
  },
  {
    template: '<host> - - [<time>] "GET <path> HTTP/<num>" <num> <str>',
    lines: [
      '10.0.0.1 - - [22/Nov/2026:10:00:00 +0000] "GET /api/orders/12?x=1 HTTP/1.1" 200 1234 "-" "curl/8.0"',
      '10.0.0.2 - alice [02/Dec/2026:23:59:59 +0100] "GET / HTTP/2.0" 404 7 "https://example.com/" "Mozilla/5.0 (X11)"',
      'db.example.com - bob42 [02/Dec/2026:23:59:59 +0100] "GET /favicon.ico HTTP/1.1" 304 0 "-" "x"',
    ],
  },
  {
    template: '<host> close, <size> sent, <size> received, lifetime <time>',
    lines: [
      'proxy.example.com:5070 close, 1190 bytes (1.16 KB) sent, 1671 bytes (1.63 KB) received, lifetime 00:02',
      '10.0.0.1:443 close, 451 bytes sent, 18846 bytes (18.4 KB) received, lifetime <1 sec',
      '[2001:db8::17]:443 close, 0 bytes sent, 1 byte received, lifetime 1:02:05',
    ],
  },
  {
    template: 'connection from <host> at <time>',
    lines: [
      'connection from 10.1.2.3 () at Mon Jun 20 03:40:59 2026',
      'connection from 10.1.2.3 (dsl-12.example.net) at Fri Nov  6 07:07:00 2026',
    ],
  },
  {
    template: '(<name>) CMD (<path> <num>)',
    lines: ['(root) CMD (/usr/lib/sa/sa1 1 1)', '(www-data) CMD (/usr/local/bin/report 12)'],
  },
  {
    template: '[<num>] <id>: link up, full-duplex',
    lines: ['[12345.678901] eth0: link up, full-duplex', '[    4.000001] wlan12: link up, full-duplex'],
  },
  {
    template: 'Started session of user <name>.',
    lines: ['Started session of user alice.', 'Started session of user root.'],
  },
  {
    template:
      'upstream timed out (<num>: Connection timed out), client: <host>, request: "POST <path> HTTP/<num>", upstream: <str>',
    lines: [
      'upstream timed out (110: Connection timed out), client: 10.0.0.1, request: "POST /cart HTTP/1.1", upstream: "http://10.0.3.4:8080"',
      'upstream timed out (60: Connection timed out), client: 10.0.0.9, request: "POST / HTTP/1.1", upstream: "http://10.0.3.40:8080/x"',
    ],
  },
  {
    template: 'duration: <time> execute <unnamed>: SELECT * FROM orders WHERE id = <*>',
    lines: [
      'duration: 12.345 ms  execute <unnamed>: SELECT * FROM orders WHERE id = $1',
      'duration: 0.1 ms  execute <unnamed>: SELECT * FROM orders WHERE id = 42',
    ],
  },
  {
    template: 'relation <str> does not exist at character <num>',
    lines: [
      'relation "users" does not exist at character 15',
      'relation "a b" does not exist at character 7',
    ],
  },
  {
    template: '<time> INFO [<id>] com.example.Shop - started in <time> (JVM running for <num>)',
    lines: [
      '2026-11-22 10:00:00,123 INFO [http-nio-8080-exec-12] com.example.Shop - started in 3.2 seconds (JVM running for 4.1)',
      '2026-11-22 10:00:01,999 INFO [http-nio-8080-exec-3] com.example.Shop - started in 12 seconds (JVM running for 13)',
    ],
  },
  {
    template: 'Servlet.service() threw exception\njava.lang.IllegalStateException',
    lines: [
      'Servlet.service() threw exception\njava.lang.IllegalStateException: order 1 is locked\n\tat com.example.Orders.lock(Orders.java:40)\nCaused by: java.io.IOException: no',
      'Servlet.service() threw exception\r\njava.lang.IllegalStateException: order 2 is locked\r\n\tat com.example.Orders.lock(Orders.java:41)',
    ],
  },
  {
    template: 'Task shop.tasks.sync_stock[<uuid>] raised unexpected: ConnectionError(<str>)\nConnectionError',
    lines: [
      `Task shop.tasks.sync_stock[123e4567-e89b-42d3-a456-426614174000] raised unexpected: ConnectionError('Error 111.')
Traceback (most recent call last):
  File "/app/shop/tasks.py", line 20, in sync_stock
KeyError: 'a'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/shop/tasks.py", line 21, in sync_stock
ConnectionError: Error 111.`,
      `Task shop.tasks.sync_stock[023e4567-e89b-42d3-a456-426614174999] raised unexpected: ConnectionError('Error 104.')
Traceback (most recent call last):
  File "/app/shop/tasks.py", line 20, in sync_stock
ConnectionError: Error 104.`,
    ],
  },
  {
    template: 'TypeError: Cannot read properties of undefined (reading <str>)',
    lines: [
      "TypeError: Cannot read properties of undefined (reading 'id')\n    at /app/src/index.js:12:5",
      "TypeError: Cannot read properties of undefined (reading 'name')\n    at Server.handle (/app/src/cart.js:99:1)",
    ],
  },
  {
    template: '{"level":"info","ts":<*>,"msg":"order <num> placed","user":<*>,"items":<*>,"geo":{"lat":<*>}}',
    lines: [
      '{"level":"info","ts":1732270000.123,"msg":"order 1 placed","user":"alice","items":[1,2,{"a":"]"}],"geo":{"lat":1.5}}',
      '{"level":"info","ts":1732270001,"msg":"order 2 placed","user":null,"items":[],"geo":{"lat":-3}}',
    ],
  },
  {
    template:
      'time=<*> level=error msg="dial tcp <host>: connect: connection refused" component=<*> attempt=<*>',
    lines: [
      'time="2026-11-22T10:00:00Z" level=error msg="dial tcp 10.0.0.1:5432: connect: connection refused" component=db attempt=3',
      'time="2026-11-22T10:00:01.5Z" level=error msg="dial tcp db.example.com:5432: connect: connection refused" component="the cache" attempt=12',
    ],
  },
  {
    template:
      '<id> <time> <num> reflector.go:<num>] "Error syncing pod, skipping" err="failed to <str> for <str>" pod=<*>',
    lines: [
      'I1122 10:00:00.123456   12345 reflector.go:535] "Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\"" pod="shop/web-0"',
      'E1123 11:00:00.123456       1 reflector.go:12] "Error syncing pod, skipping" err="failed to \\"PullImage\\" for \\"db\\"" pod="shop/db-1"',
    ],
  },
  {
    template: 'pod <path> evicted from node <host>',
    lines: [
      'pod default/web-7d4b9c6f5d-x2k9q evicted from node ip-10-0-1-23.ec2.internal',
      'pod shop/api-5c9d8b7f4-zz8wl evicted from node ip-10-0-2-99.ec2.internal',
    ],
  },
  {
    template: 'saved file <path> to <path>',
    lines: [
      String.raw`saved file C:\Users\Alice\report.pdf to \\server\share\x`,
      'saved file /home/alice/report.pdf to ~/backup/12',
      'saved file report-2026.csv to ../old/',
    ],
  },
  {
    template: 'token <id> rejected',
    lines: [
      'token eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N rejected',
      'token Zk9xQ2vLr8PwT3 rejected',
    ],
  },
  {
    template: 'info: started on port <num>',
    lines: ['\u001b[32minfo\u001b[39m: started on port 8080', 'info:   started on port 3000'],
  },
];
