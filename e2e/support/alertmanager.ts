/** Prometheus' own Alertmanager, built by Go from its module and started on local ports. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '#server/platform/free-port.ts';
import { CACHE, run } from './clients.ts';
import { eventually } from './program.ts';

const MODULE = 'github.com/prometheus/alertmanager/cmd/alertmanager@v0.28.1';
/** A first build downloads its modules, ms. */
const BUILD_MS_MAX = 280_000;

export interface Alertmanager {
  url: string;
  /** `host:port` */
  host: string;
  alerts(): Promise<AlertmanagerAlert[]>;
  stop(): Promise<void>;
}

export interface AlertmanagerAlert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  startsAt: string;
  endsAt: string;
  status: { state: string };
}

/** Tells `receiverUrl` of what fires and what is over, as Alertmanager does. */
export async function startAlertmanager(receiverUrl: string): Promise<Alertmanager> {
  const binary = await build();
  const directory = mkdtempSync(join(tmpdir(), 'tandem-alertmanager-'));
  const config = join(directory, 'alertmanager.yml');
  writeFileSync(
    config,
    `global: { resolve_timeout: 1s }
route: { receiver: tests, group_by: ['...'], group_wait: 1ms, group_interval: 1s, repeat_interval: 1h }
receivers: [{ name: tests, webhook_configs: [{ url: '${receiverUrl}', send_resolved: true }] }]
`,
  );
  const port = await freePort('127.0.0.1');
  const host = `127.0.0.1:${port}`;
  const child = spawn(
    binary,
    [
      `--config.file=${config}`,
      `--storage.path=${join(directory, 'data')}`,
      `--web.listen-address=${host}`,
      '--cluster.listen-address=',
    ],
    { stdio: 'ignore' },
  );
  const url = `http://${host}`;
  await eventually(
    () => fetch(`${url}/-/ready`).then(({ ok }) => ok),
    (ready) => ready,
  );
  return {
    url,
    host,
    alerts: async () => (await (await fetch(`${url}/api/v2/alerts`)).json()) as AlertmanagerAlert[],
    async stop() {
      await ended(child);
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function build(): Promise<string> {
  const binary = join(CACHE, 'alertmanager-0.28.1', 'alertmanager');
  if (existsSync(binary)) return binary;
  const bin = join(CACHE, 'alertmanager-0.28.1');
  mkdirSync(bin, { recursive: true });
  const { code, output } = await run('go', ['install', '-p', '1', MODULE], {
    environment: { GOBIN: bin },
    timeoutMs: BUILD_MS_MAX,
  }).catch((cause: unknown) => {
    throw new Error('Alertmanager is built by Go, which is not here: install Go 1.23 or newer.', { cause });
  });
  if (code !== 0) throw new Error(`Alertmanager could not be built:\n${output}`);
  return binary;
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    child.on('exit', () => resolve());
    child.kill('SIGTERM');
  });
}
