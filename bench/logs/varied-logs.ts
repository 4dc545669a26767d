/**
 * Log records as a dozen services of one company write them: web servers, databases, JVM, Python, Go and Node
 * programs, each with templates of its own, real-looking values and a daily rhythm of incidents. The same seed
 * gives the same records. Bodies have 40 to 400 bytes, 150 on average; as JSON lines a record has some 500.
 */

export interface VariedLog {
  /** Nanoseconds since 1970 as decimal digits. */
  timestamp: string;
  service: string;
  host: string;
  severityNumber: number;
  severityText: string;
  body: string;
  traceId: string;
  spanId: string;
  attributes: Record<string, string | number | boolean>;
}

/** xorshift128+: fast, and good enough for data. */
function randomOf(seed: number): () => number {
  let a = (seed * 2_654_435_761) >>> 0 || 1;
  let b = (seed ^ 0x9e3779b9) >>> 0 || 2;
  let c = 0x243f6a88;
  let d = 0xb7e15162;
  return () => {
    const t = (a ^ (a << 11)) >>> 0;
    a = b;
    b = c;
    c = d;
    d = (d ^ (d >>> 19) ^ t ^ (t >>> 8)) >>> 0;
    return d / 4_294_967_296;
  };
}

const SEVERITY = { debug: 5, info: 9, warn: 13, error: 17, fatal: 21 } as const;
type Level = keyof typeof SEVERITY;

class Values {
  readonly random: () => number;
  constructor(seed: number) {
    this.random = randomOf(seed);
  }
  int(from: number, to: number): number {
    return from + Math.floor(this.random() * (to - from + 1));
  }
  /** Small numbers often, large ones seldom, as durations are. */
  skewed(max: number): number {
    return Math.floor(max ** this.random());
  }
  pick<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() * items.length)]!;
  }
  /** The first items much more often than the last. */
  often<Item>(items: readonly Item[]): Item {
    return items[Math.floor(this.random() ** 3 * items.length)]!;
  }
  hex(length: number): string {
    let text = '';
    while (text.length < length)
      text += Math.floor(this.random() * 0x100000000)
        .toString(16)
        .padStart(8, '0');
    return text.slice(0, length);
  }
  uuid(): string {
    const hex = this.hex(32);
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20)}`;
  }
  ip(): string {
    return `${this.pick([10, 172, 192, 83, 91])}.${this.int(0, 255)}.${this.int(0, 255)}.${this.int(1, 254)}`;
  }
  user(): string {
    return String(1000 + Math.floor(this.random() ** 2 * 200_000));
  }
}

const PATHS = [
  '/',
  '/products',
  '/cart',
  '/checkout',
  '/api/orders',
  '/api/users',
  '/login',
  '/search',
  '/api/stock',
];
const AGENTS = [
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36',
  'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/19.0 Mobile/15E148 Safari/604.1',
  'Mozilla/5.0 (X11; Linux x86_64; rv:144.0) Gecko/20100101 Firefox/144.0',
  'okhttp/5.1.0',
  'kube-probe/1.33',
];
const TABLES = ['orders', 'order_items', 'users', 'sessions', 'stock', 'payments', 'audit_log'];
const TOPICS = ['orders', 'payments', 'stock-changes', 'mail-outbox', 'audit'];
const CURRENCIES = ['EUR', 'USD', 'GBP', 'PLN'];
const STATUSES = [200, 200, 200, 200, 200, 200, 201, 204, 301, 304, 400, 401, 404, 404, 500, 503];

interface Line {
  level: Level;
  body: string;
  attributes: VariedLog['attributes'];
}
type Template = (v: Values) => Line;

const line = (level: Level, body: string, attributes: VariedLog['attributes'] = {}): Line => ({
  level,
  body,
  attributes,
});

/** Templates of a service: the first ones are written most. */
const SERVICES: Record<string, { weight: number; hosts: number; templates: readonly Template[] }> = {
  nginx: {
    weight: 30,
    hosts: 4,
    templates: [
      (v) => {
        const [status, path] = [v.often(STATUSES), v.often(PATHS)];
        const [bytes, ms] = [v.skewed(80_000), v.skewed(4000)];
        const method = path.startsWith('/api') ? v.pick(['GET', 'POST', 'PUT']) : 'GET';
        return line(
          status >= 500 ? 'error' : 'info',
          `${v.ip()} - - "${method} ${path}${v.random() < 0.4 ? `/${v.user()}` : ''} HTTP/1.1" ${status} ${bytes} "-" "${v.often(AGENTS)}" rt=${(ms / 1000).toFixed(3)}`,
          { 'http.method': method, 'http.status_code': status, 'http.route': path, duration_ms: ms, bytes },
        );
      },
      (v) =>
        line(
          'error',
          `upstream timed out (110: Connection timed out) while reading response header from upstream, client: ${v.ip()}, server: shop.example.com, request: "GET ${v.often(PATHS)} HTTP/1.1", upstream: "http://10.0.3.${v.int(2, 40)}:8080"`,
          { 'error.kind': 'upstream_timeout' },
        ),
    ],
  },
  checkout: {
    weight: 14,
    hosts: 6,
    templates: [
      (v) =>
        line(
          'info',
          `order ${v.int(100_000, 999_999)} placed by user ${v.user()}: ${v.int(1, 9)} items, ${(v.skewed(90_000) / 100).toFixed(2)} ${v.often(CURRENCIES)}`,
          {
            'user.id': v.user(),
            request_id: v.uuid(),
            amount: v.skewed(90_000) / 100,
            currency: v.often(CURRENCIES),
          },
        ),
      (v) =>
        line(
          'debug',
          `cart ${v.hex(16)} recalculated in ${v.skewed(300)} ms (${v.int(1, 20)} lines, coupon=${v.random() < 0.2})`,
          { request_id: v.uuid() },
        ),
      (v) =>
        line('warn', `stock of product ${v.int(1, 5000)} is low: ${v.int(0, 9)} left`, {
          'product.id': v.int(1, 5000),
        }),
      (v) =>
        line(
          'error',
          `payment of order ${v.int(100_000, 999_999)} failed: gateway answered ${v.pick([502, 503, 504])} after ${v.skewed(10_000)} ms`,
          {
            'user.id': v.user(),
            request_id: v.uuid(),
            'gateway.attempt': v.int(1, 3),
          },
        ),
    ],
  },
  payments: {
    weight: 8,
    hosts: 3,
    templates: [
      (v) =>
        line(
          'info',
          `charge ch_${v.hex(24)} captured amount=${v.skewed(100_000)} currency=${v.often(CURRENCIES)} card=${v.pick(['visa', 'mastercard', 'amex'])} latency=${v.skewed(2000)}ms`,
          { 'user.id': v.user(), 'charge.captured': true },
        ),
      (v) =>
        line(
          'warn',
          `charge ch_${v.hex(24)} declined: ${v.pick(['insufficient_funds', 'card_expired', 'do_not_honor', 'incorrect_cvc'])}`,
          { 'user.id': v.user(), 'charge.captured': false },
        ),
      (v) =>
        line(
          'error',
          `POST https://api.gateway.example/v2/charges failed with ${v.pick(['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN'])} (attempt ${v.int(1, 5)} of 5)`,
          { retry: true },
        ),
    ],
  },
  'orders-api': {
    weight: 12,
    hosts: 5,
    templates: [
      (v) =>
        line(
          'info',
          `[http-nio-8080-exec-${v.int(1, 200)}] c.e.orders.web.OrderController : GET ${v.often(PATHS)} completed in ${v.skewed(900)}ms with ${v.often(STATUSES)}`,
          { thread: `http-nio-8080-exec-${v.int(1, 200)}`, 'http.status_code': v.often(STATUSES) },
        ),
      (v) =>
        line(
          'debug',
          `[HikariPool-1 housekeeper] com.zaxxer.hikari.pool.HikariPool : HikariPool-1 - Pool stats (total=${v.int(5, 20)}, active=${v.int(0, 20)}, idle=${v.int(0, 10)}, waiting=${v.int(0, 5)})`,
        ),
      (v) =>
        line(
          'warn',
          `[http-nio-8080-exec-${v.int(1, 200)}] o.h.engine.jdbc.spi.SqlExceptionHelper : SQL Error: 0, SQLState: ${v.pick(['40001', '23505', '08006'])}`,
        ),
      (v) =>
        line(
          'error',
          `[http-nio-8080-exec-${v.int(1, 200)}] o.a.c.c.C.[.[.[/].[dispatcherServlet] : Servlet.service() threw exception\njava.lang.IllegalStateException: order ${v.int(100_000, 999_999)} is locked\n\tat com.example.orders.OrderService.lock(OrderService.java:${v.int(40, 400)})\n\tat com.example.orders.web.OrderController.put(OrderController.java:${v.int(40, 200)})\n\tat java.base/java.lang.reflect.Method.invoke(Method.java:580)`,
          { 'exception.type': 'java.lang.IllegalStateException' },
        ),
    ],
  },
  postgres: {
    weight: 8,
    hosts: 2,
    templates: [
      (v) =>
        line(
          'info',
          `duration: ${(v.skewed(500_000) / 1000).toFixed(3)} ms  execute <unnamed>: SELECT * FROM ${v.often(TABLES)} WHERE id = $1`,
          { 'db.table': v.often(TABLES), pid: v.int(1000, 32_000) },
        ),
      (v) =>
        line(
          'info',
          `checkpoint complete: wrote ${v.int(100, 9000)} buffers (${v.int(1, 40)}.${v.int(0, 9)}%); 0 WAL file(s) added, ${v.int(0, 3)} removed, ${v.int(0, 9)} recycled; write=${v.int(1, 269)}.${v.int(100, 999)} s, sync=0.${v.int(100, 999)} s`,
        ),
      (v) =>
        line(
          'error',
          `deadlock detected: Process ${v.int(1000, 32_000)} waits for ShareLock on transaction ${v.int(1e6, 9e6)}; blocked by process ${v.int(1000, 32_000)}.`,
          { pid: v.int(1000, 32_000) },
        ),
      (v) =>
        line(
          'warn',
          `could not receive data from client: Connection reset by peer (${v.ip()}:${v.int(30_000, 65_000)})`,
        ),
    ],
  },
  mailer: {
    weight: 5,
    hosts: 2,
    templates: [
      (v) =>
        line(
          'info',
          `mail.send: delivered message <${v.uuid()}@example.com> to user=${v.user()} in ${v.skewed(5000)} ms via smtp-${v.int(1, 3)}.example.net`,
          {
            template: v.often(['order_placed', 'order_sent', 'password_reset', 'newsletter']),
            'user.id': v.user(),
          },
        ),
      (v) =>
        line(
          'warn',
          `mail.send: deferred, 451 4.7.1 greylisted, trying again in ${v.pick([60, 300, 900])} s (queue=${v.int(0, 900)})`,
        ),
    ],
  },
  worker: {
    weight: 9,
    hosts: 4,
    templates: [
      (v) =>
        line(
          'info',
          `Task shop.tasks.${v.often(['sync_stock', 'send_mail', 'resize_image', 'export_orders'])}[${v.uuid()}] succeeded in ${(v.skewed(60_000) / 1000).toFixed(6)}s: None`,
          { queue: v.often(['default', 'mail', 'images']) },
        ),
      (v) =>
        line(
          'info',
          `Task shop.tasks.${v.often(['sync_stock', 'send_mail', 'resize_image', 'export_orders'])}[${v.uuid()}] received`,
          { queue: v.often(['default', 'mail', 'images']) },
        ),
      (v) =>
        line(
          'error',
          `Task shop.tasks.sync_stock[${v.uuid()}] raised unexpected: ConnectionError('Error ${v.pick([111, 104])} connecting to redis-${v.int(0, 2)}:6379.')\nTraceback (most recent call last):\n  File "/app/shop/tasks.py", line ${v.int(20, 300)}, in sync_stock\n    client.set(key, value)\n  File "/usr/lib/python3.12/site-packages/redis/client.py", line ${v.int(500, 1500)}, in execute_command\n    raise ConnectionError(error)`,
          { 'exception.type': 'ConnectionError' },
        ),
    ],
  },
  kafka: {
    weight: 5,
    hosts: 3,
    templates: [
      (v) =>
        line(
          'info',
          `[GroupCoordinator ${v.int(0, 2)}]: Preparing to rebalance group ${v.often(TOPICS)}-consumer in state PreparingRebalance with old generation ${v.int(1, 900)} (reason: Adding new member consumer-${v.uuid()})`,
        ),
      (v) =>
        line(
          'info',
          `[Log partition=${v.often(TOPICS)}-${v.int(0, 11)}, dir=/var/lib/kafka] Rolled new log segment at offset ${v.int(1e6, 9e9)} in ${v.int(1, 30)} ms.`,
        ),
      (v) =>
        line(
          'warn',
          `[ReplicaFetcher replicaId=${v.int(0, 2)}, leaderId=${v.int(0, 2)}] Partition ${v.often(TOPICS)}-${v.int(0, 11)} marked as failed`,
        ),
    ],
  },
  gateway: {
    weight: 6,
    hosts: 3,
    templates: [
      (v) =>
        line(
          'info',
          `{"msg":"request","method":"${v.pick(['GET', 'POST'])}","path":"${v.often(PATHS)}","status":${v.often(STATUSES)},"dur":${v.skewed(3000)},"ip":"${v.ip()}","rid":"${v.uuid()}"}`,
          { request_id: v.uuid() },
        ),
      (v) =>
        line(
          'warn',
          `{"msg":"rate limited","ip":"${v.ip()}","limit":${v.pick([10, 50, 100])},"window":"${v.pick(['1s', '1m'])}"}`,
        ),
    ],
  },
  auth: {
    weight: 4,
    hosts: 2,
    templates: [
      (v) =>
        line(
          'info',
          `level=info msg="token issued" user=${v.user()} client=${v.often(['web', 'ios', 'android'])} ttl=3600s jti=${v.uuid()}`,
          { 'user.id': v.user() },
        ),
      (v) =>
        line(
          'warn',
          `level=warn msg="login failed" reason=${v.pick(['bad_password', 'locked', 'unknown_user'])} ip=${v.ip()} attempts=${v.int(1, 9)}`,
        ),
      (v) =>
        line(
          'info',
          `Accepted publickey for deploy from ${v.ip()} port ${v.int(30_000, 65_000)} ssh2: ED25519 SHA256:${v.hex(43)}`,
        ),
    ],
  },
  kubelet: {
    weight: 4,
    hosts: 8,
    templates: [
      (v) =>
        line(
          'info',
          `"Pod became ready" pod="shop/${v.often(['checkout', 'orders-api', 'worker', 'mailer'])}-${v.hex(9)}-${v.hex(5)}" containerID="containerd://${v.hex(64)}"`,
          { 'k8s.namespace.name': 'shop' },
        ),
      (v) =>
        line(
          'error',
          `"Error syncing pod, skipping" err="failed to \\"StartContainer\\" for \\"app\\" with CrashLoopBackOff: \\"back-off ${v.pick(['10s', '40s', '2m40s', '5m0s'])} restarting failed container\\"" pod="shop/worker-${v.hex(9)}-${v.hex(5)}"`,
          { 'k8s.namespace.name': 'shop' },
        ),
    ],
  },
  cron: {
    weight: 1,
    hosts: 1,
    templates: [
      (v) =>
        line(
          'info',
          `nightly export finished: ${v.int(1000, 90_000)} rows, ${v.int(1, 900)} files, ${v.int(10, 3000)} s`,
        ),
      (v) =>
        line(
          'fatal',
          `out of disk space while writing /var/exports/${v.hex(8)}.csv.gz (${v.int(0, 90)} MB left)`,
        ),
    ],
  },
};

const NAMES = Object.entries(SERVICES).flatMap(([name, { weight }]) => new Array<string>(weight).fill(name));

/** Records one after the other, `everyNs` apart with some disorder, from a time on. */
export function* variedLogs(seed: number, fromMs: number, everyNs: number): Generator<VariedLog, never> {
  const v = new Values(seed);
  let at = BigInt(Math.floor(fromMs)) * 1_000_000n;
  for (;;) {
    at += BigInt(Math.floor(2 * v.random() * everyNs));
    const service = v.pick(NAMES);
    const { hosts, templates } = SERVICES[service]!;
    const { level, body, attributes } = v.often(templates)(v);
    const traced = v.random() < 0.5;
    yield {
      timestamp: String(at),
      service,
      host: `${service}-${v.int(1, hosts)}`,
      severityNumber: SEVERITY[level],
      severityText: level.toUpperCase(),
      body,
      traceId: traced ? v.hex(32) : '',
      spanId: traced ? v.hex(16) : '',
      attributes,
    };
  }
}
