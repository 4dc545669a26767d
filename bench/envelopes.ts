/**
 * Error envelopes of about 4 KB as a Node shop would send them: 200 kinds of failure of uneven frequency, 25 frames
 * each, two breadcrumbs, 5,000 users, three releases. The same number always makes the same envelope.
 */

const KINDS = 200;
const USERS = 5000;
const RELEASES = ['shop@1.2.0', 'shop@1.3.0', 'shop@1.4.0'];
const MODULES = ['cart', 'checkout', 'payment', 'catalog', 'search', 'account', 'mail', 'stock'];

/** 32 hex digits, different for every number and spread like a random id. */
function eventId(n: number): string {
  let state = BigInt(n) + 0x9e3779b97f4a7c15n;
  const word = () => {
    state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
    return (state ^ (state >> 29n)).toString(16).padStart(16, '0').slice(-16);
  };
  word();
  return word() + word();
}

/** The part that is the same for every event of a kind, made once: JSON without its closing brace. */
const bodies = Array.from({ length: KINDS }, (_, kind) => {
  const module = MODULES[kind % MODULES.length]!;
  const frames = Array.from({ length: 25 }, (_, depth) => {
    const own = depth > 14;
    return {
      filename: own
        ? `/srv/shop/src/${module}/step-${kind}-${depth}.js`
        : `/srv/shop/node_modules/express/lib/router/layer${depth}.js`,
      function: own ? `${module}Step${depth}` : 'handle',
      lineno: 10 + depth + kind,
      colno: 7,
      in_app: own,
      ...(depth === 24 && {
        context_line: `  throw new ${module}Error(order.id);`,
        pre_context: ['  if (!answer.ok) {'],
        post_context: ['  }'],
      }),
    };
  });
  const event = {
    platform: 'node',
    level: 'error',
    environment: kind % 10 === 0 ? 'staging' : 'production',
    server_name: `web-${kind % 4}`,
    sdk: { name: 'sentry.javascript.node', version: '11.12.0' },
    exception: {
      values: [
        {
          type: `${module[0]!.toUpperCase()}${module.slice(1)}Error`,
          value: `step ${kind} failed for the order`,
          mechanism: { type: 'generic', handled: kind % 3 !== 0 },
          stacktrace: { frames },
        },
      ],
    },
    breadcrumbs: [
      {
        timestamp: 1_790_000_000,
        category: 'http',
        data: { url: `https://stock.internal/${module}`, status_code: 200 },
      },
      { timestamp: 1_790_000_001, category: 'console', level: 'warning', message: `retrying ${module}` },
    ],
    contexts: {
      runtime: { name: 'node', version: 'v24.21.0' },
      trace: { trace_id: '0af7651916cd43dd8448eb211c80319c', span_id: 'b7ad6b7169203331' },
    },
    tags: { module, region: kind % 2 ? 'eu' : 'us' },
    request: {
      url: `https://shop.test/${module}/${kind}`,
      method: 'POST',
      headers: {
        'User-Agent':
          'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.0.0 Safari/537.36',
      },
    },
  };
  return JSON.stringify(event).slice(0, -1);
});

/** Frequent kinds are a few: the square of an even spread. */
function kindOf(n: number): number {
  const spread = ((n * 2654435761) % 4294967296) / 4294967296;
  return Math.floor(spread * spread * KINDS);
}

export function makeEnvelope(n: number): { id: string; body: Buffer } {
  const id = eventId(n);
  const now = Date.now() / 1000;
  const event = `${bodies[kindOf(n)]},"event_id":"${id}","timestamp":${now},"release":"${RELEASES[n % 3]}","user":{"id":"u${(n * 7919) % USERS}"}}`;
  return {
    id,
    body: Buffer.from(
      `{"event_id":"${id}","sent_at":"${new Date().toISOString()}"}\n{"type":"event"}\n${event}\n`,
    ),
  };
}
