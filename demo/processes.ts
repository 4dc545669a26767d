/**
 * The services of the shop as processes of their own, each with what a real one is told by its environment: its name, its
 * host, its release, where the services are that it calls, and where errors and lines go. Nothing else is told them.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tandem } from './tandem.ts';

const SHOP = join(import.meta.dirname, 'shop');
/** A service may take this long to start on a machine that is busy, ms. */
const START_MS_MAX = 30_000;
/** And this long to send what it has left, ms. */
const STOP_MS_MAX = 10_000;

/** One process of the shop. */
export interface Service {
  /** Its address is told to those who call it, as `PAYMENTS_URL`. */
  name: string;
  /** File in shop/. */
  program: string;
  arguments?: readonly string[];
  /** As containers have one each. Default: `NAME-1`. */
  host?: string;
  /** The name its lines carry, where several processes are one service. Default: its own. */
  service?: string;
  environment?: Record<string, string>;
  /** Somebody else's: it has no part in the shop's releases, and no SDK. */
  isForeign?: boolean;
}

export interface Shop {
  /** Where a service listens. */
  url(name: string): string;
  /** Stops a service and starts it again where it was, as a deployment does. */
  restart(name: string, environment?: Record<string, string>): Promise<void>;
  /** Starts all services of the shop again, in another release. */
  release(version: string): Promise<void>;
  stop(): Promise<void>;
}

export interface ShopOptions {
  tandem: Tandem;
  /** Its Python has sentry-sdk. */
  python: string;
  services: readonly Service[];
  release: string;
  /** False: no request tells to which trace it belongs. */
  traces: boolean;
}

interface Running {
  service: Service;
  port: number;
  child: ChildProcess;
  environment: Record<string, string>;
}

export async function startShop({ tandem, python, services, release, traces }: ShopOptions): Promise<Shop> {
  const ports = new Map<string, number>();
  for (const { name } of services) ports.set(name, await freePort());
  const url = (name: string) => `http://127.0.0.1:${ports.get(name)}`;
  const addresses = Object.fromEntries(
    services.map(({ name }) => [`${name.toUpperCase().replaceAll('-', '_')}_URL`, url(name)]),
  );
  const directory = mkdtempSync(join(tmpdir(), 'tandem-demo-shop-'));
  let version = release;
  const running = new Map<string, Running>();

  async function start(service: Service, environment: Record<string, string>) {
    const port = ports.get(service.name)!;
    const name = service.service ?? service.name;
    const isPython = service.program.endsWith('.py');
    const instrumented = isPython || service.isForeign ? [] : ['--import', './instrument.mjs'];
    const child = spawn(
      isPython ? python : process.execPath,
      [...instrumented, service.program, ...(service.arguments ?? [])],
      {
        cwd: SHOP,
        stdio: ['ignore', 'pipe', 'pipe'],
        env: {
          PATH: process.env.PATH,
          // The checkout stays as it is.
          PYTHONDONTWRITEBYTECODE: '1',
          PORT: String(port),
          HOSTNAME: service.host ?? `${service.name}-1`,
          ...(service.isForeign ? {} : { SHOP_RELEASE: `shop@${version}` }),
          SHOP_TRACES: traces ? 'yes' : 'no',
          SENTRY_DSN: tandem.dsn,
          OTEL_SERVICE_NAME: name,
          SERVICE: name,
          CARRIER_CERTIFICATES: join(directory, 'carrier.pem'),
          OTEL_EXPORTER_OTLP_ENDPOINT: `${tandem.url}/otlp`,
          OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${tandem.key}`,
          LOKI_URL: tandem.url,
          LOKI_PASSWORD: tandem.key,
          LOG_URL: `${tandem.url}/ingest/python?key=${tandem.key}&service=${name}`,
          ...addresses,
          ...service.environment,
          ...environment,
        },
      },
    );
    running.set(service.name, { service, port, child, environment });
    await started(child, service.name);
  }

  async function stop(name: string) {
    const { child } = running.get(name)!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
    await gone;
    clearTimeout(late);
  }

  async function restart(name: string, environment?: Record<string, string>) {
    const { service, environment: before } = running.get(name)!;
    await stop(name);
    await start(service, environment ?? before);
  }

  const stopAll = async () => {
    await Promise.all([...running.keys()].map(stop));
    rmSync(directory, { recursive: true, force: true });
  };
  try {
    await Promise.all(services.map((service) => start(service, {})));
  } catch (error) {
    await stopAll();
    throw error;
  }
  return {
    url,
    restart,
    async release(next) {
      version = next;
      const own = [...running.values()].filter(({ service }) => !service.isForeign);
      await Promise.all(own.map(({ service }) => restart(service.name)));
    },
    stop: stopAll,
  };
}

/** Resolves when it says that it listens or runs; throws with what it printed when it ends before. */
function started(child: ChildProcess, name: string): Promise<void> {
  let output = '';
  return new Promise((resolve, reject) => {
    const fail = (why: string) => reject(new Error(`${name} ${why}:\n${output}`));
    const late = setTimeout(() => {
      child.kill('SIGKILL');
      fail(`did not start within ${START_MS_MAX} ms`);
    }, START_MS_MAX);
    const listen = (chunk: Buffer) => {
      // Read on after the start too: a pipe that nobody reads would stop the service.
      if (output.length < 20_000) output += chunk;
      if (!/is (listening|running)/.test(output)) return;
      clearTimeout(late);
      resolve();
    };
    child.stdout!.on('data', listen);
    child.stderr!.on('data', listen);
    child.once('exit', (code) => {
      clearTimeout(late);
      fail(`ended with ${code}`);
    });
    child.once('error', (error) => fail(error.message));
  });
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
