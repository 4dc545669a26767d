/**
 * Calls to addresses that people give: trackers, web hooks. A name is resolved once, what it resolves to is checked, and the
 * connection goes to that address and no other, so that nobody reaches what lies behind this server's back: its own ports,
 * the private network, the cloud's metadata. No redirect is followed; time and bytes are bounded. What whoever runs the
 * program allows by name (TANDEM_OUTBOUND_ALLOW) is reached wherever it is, also without TLS.
 */
import { type LookupAddress, lookup as systemLookup } from 'node:dns';
import { type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { BlockList, isIP, type LookupFunction } from 'node:net';

/** A tracker that is slow answers within seconds; a person waits. */
const TIMEOUT_MS = 10_000;
/** An answer about one issue is some KB. */
const BYTES_MAX = 1_000_000;

export interface OutboundRequest {
  method: 'GET' | 'POST';
  url: string;
  headers: Record<string, string>;
  body?: string;
}

export interface OutboundAnswer {
  /** Redirects too: where they lead is not looked at. */
  status: number;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: string;
}

export interface Outbound {
  /** Throws OutboundRefused for an address that is not called, OutboundFailed for one that did not answer. */
  call(request: OutboundRequest): Promise<OutboundAnswer>;
}

/** We do not call this address. */
export class OutboundRefused extends Error {}
/** It did not answer, or not within the limits. */
export class OutboundFailed extends Error {}

/** Not the internet: RFC 6890 and its registry, https://www.iana.org/assignments/iana-ipv4-special-registry. */
const PRIVATE_V4: readonly [string, number][] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of what is given out as the internet: tunnels that lead to IPv4 addresses, and documentation. */
const PRIVATE_V6: readonly [string, number][] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const privateV4 = new BlockList();
for (const [net, prefix] of PRIVATE_V4) privateV4.addSubnet(net, prefix, 'ipv4');
const privateV6 = new BlockList();
for (const [net, prefix] of PRIVATE_V6) privateV6.addSubnet(net, prefix, 'ipv6');
/** All that is given out so far; what is not in it is local, multicast, mapped or translated. */
const internetV6 = new BlockList();
internetV6.addSubnet('2000::', 3, 'ipv6');

/** True for an address of the internet. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !privateV4.check(address, 'ipv4');
    case 6:
      return internetV6.check(address, 'ipv6') && !privateV6.check(address, 'ipv6');
    default:
      return false;
  }
}

type Lookup = (
  host: string,
  options: { all: true },
  done: (error: Error | null, addresses: LookupAddress[]) => void,
) => void;

export function createOutbound({
  allow,
  lookup = systemLookup,
  timeoutMs = TIMEOUT_MS,
}: {
  /** `host` or `host:port`, lower case. */
  allow: readonly string[];
  lookup?: Lookup;
  timeoutMs?: number;
}): Outbound {
  const checkedLookup: LookupFunction = (host, options, done) => {
    lookup(host, { all: true }, (error, addresses) => {
      const inside = error ? undefined : addresses.find(({ address }) => !isPublicAddress(address));
      const [first] = addresses ?? [];
      if (inside) done(new OutboundRefused(`${host} is at the private address ${inside.address}`), []);
      else if (error || !first) done(error ?? new OutboundFailed(`${host} has no address`), []);
      else if (options.all) done(null, addresses);
      else done(null, first.address, first.family);
    });
  };

  function checked(text: string): { url: URL; isAllowed: boolean } {
    const url = URL.canParse(text) ? new URL(text) : null;
    if (!url || (url.protocol !== 'https:' && url.protocol !== 'http:'))
      throw new OutboundRefused('it is no http or https address');
    if (url.username || url.password) throw new OutboundRefused('it has a password in it');
    const host = bareHost(url);
    const port = url.port || (url.protocol === 'https:' ? '443' : '80');
    const isAllowed = allow.includes(host) || allow.includes(`${host}:${port}`);
    if (isAllowed) return { url, isAllowed };
    if (url.protocol !== 'https:') throw new OutboundRefused('only https is called');
    if (isIP(host) && !isPublicAddress(host)) throw new OutboundRefused(`${host} is a private address`);
    return { url, isAllowed };
  }

  return {
    async call({ method, url: text, headers, body }) {
      const { url, isAllowed } = checked(text);
      const send = url.protocol === 'https:' ? requestHttps : requestHttp;
      return new Promise((resolve, reject) => {
        const fail = (error: Error) =>
          reject(
            error instanceof OutboundRefused || error instanceof OutboundFailed
              ? error
              : new OutboundFailed(wordsOf(error), { cause: error }),
          );
        const request = send(
          url,
          {
            method,
            headers: {
              ...headers,
              ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
            },
            // Nobody waits for a connection of another call, and none is left open.
            agent: false,
            signal: AbortSignal.timeout(timeoutMs),
            ...(isAllowed ? {} : { lookup: checkedLookup }),
          },
          (answer) => {
            const parts: Buffer[] = [];
            let bytes = 0;
            answer.on('data', (part: Buffer) => {
              bytes += part.length;
              if (bytes > BYTES_MAX)
                answer.destroy(new OutboundFailed(`it answered more than ${BYTES_MAX} bytes`));
              else parts.push(part);
            });
            answer.on('error', fail);
            answer.on('end', () =>
              resolve({
                status: answer.statusCode ?? 0,
                headers: oneValueEach(answer.headers),
                body: Buffer.concat(parts).toString('utf8'),
              }),
            );
          },
        );
        request.on('error', fail);
        request.end(body);
      });
    },
  };
}

/** One that came several times is read as one, as HTTP says. */
const oneValueEach = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(', ') : (value ?? ''),
    ]),
  );

/** Without the brackets of an IPv6 address and the dot of a name that ends with one. */
const bareHost = ({ hostname }: URL) => hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');

function wordsOf(error: Error & { code?: string }): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError') return 'it did not answer in time';
  return `it cannot be reached: ${error.code ?? error.name}`;
}
