import { spawn, spawnSync } from 'node:child_process';
import { copyFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { freePort, localUrl } from './app-process';
import { expectAnswer, request } from './expect-answer';

/** What a team deploys. */
export const observability = join(__dirname, '../../deploy/observability');

const isInstalled = ['prometheus', 'promtool'].every(
  (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).status === 0,
);

/** Suites over the real program; on a machine that has none they are reported as skipped. */
export const describeWithPrometheus = isInstalled ? describe : describe.skip;
if (!isInstalled)
  process.stderr.write('Skipped, as prometheus and promtool are missing: apt-get install prometheus\n');

/** A series of an instant query. */
export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  readonly value: readonly [at: number, value: string];
}

export interface Target {
  readonly scrapeUrl: string;
  readonly health: 'up' | 'down' | 'unknown';
  readonly lastError: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Rule {
  readonly name: string;
  readonly query: string;
  readonly health: string;
  readonly type: 'alerting' | 'recording';
}

/** The real Prometheus with the configuration of deploy/observability. */
export interface Prometheus {
  query(expression: string): Promise<readonly Sample[]>;
  targets(): Promise<readonly Target[]>;
  rules(): Promise<readonly Rule[]>;
  /** Of its own metrics; 0 while there is none of that name. */
  own(metric: string): Promise<number>;
  stop(): Promise<void>;
}

/**
 * @param registry `host:port`
 * @param caFile of instances that speak TLS
 */
export async function startPrometheus({
  registry,
  caFile,
}: {
  readonly registry: string;
  readonly caFile: string;
}): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'rollcall-prometheus-'));
  const deployed = join(observability, 'prometheus');
  const config = (await readFile(join(deployed, 'prometheus.yml'), 'utf8'))
    .replaceAll('registry:8080', registry)
    .replaceAll(/(scrape|evaluation)_interval: 15s/g, '$1_interval: 1s')
    // As its comment says.
    .replace(/(verified against this authority:\n {4})# (tls_config: \{ ca_file: )[^ ]+/, `$1$2${caFile}`);
  await writeFile(join(folder, 'prometheus.yml'), config);
  await copyFile(join(deployed, 'alerts.yml'), join(folder, 'alerts.yml'));

  const port = await freePort();
  const url = localUrl(port);
  const child = spawn(
    'prometheus',
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      '--scrape.discovery-reload-interval=1s',
      `--web.listen-address=127.0.0.1:${port}`,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const killed = (): void => void child.kill('SIGKILL');
  process.once('exit', killed);
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output += text));
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));

  /** Its answers are Prometheus's own business; their shape is that of its documentation. */
  const api = async <T>(path: string): Promise<T> =>
    ((await expectAnswer(`${url}/api/v1/${path}`, 200)) as { readonly data: T }).data;
  const stop = async (): Promise<void> => {
    process.off('exit', killed);
    killed();
    await exited;
    await rm(folder, { recursive: true, force: true });
  };

  await eventually(async () => (await request(`${url}/-/ready`)).status === 200, {
    timeoutMs: 30_000,
    everyMs: 50,
  }).catch(async (cause: unknown) => {
    await stop();
    throw new Error(`Prometheus is not ready; it wrote:\n${output}`, { cause });
  });

  return {
    query: async (expression) =>
      (await api<{ readonly result: readonly Sample[] }>(`query?query=${encodeURIComponent(expression)}`))
        .result,
    targets: async () =>
      (await api<{ readonly activeTargets: readonly Target[] }>('targets?state=active')).activeTargets,
    rules: async () =>
      (
        await api<{ readonly groups: readonly { readonly rules: readonly Rule[] }[] }>('rules')
      ).groups.flatMap(({ rules }) => rules),
    async own(metric) {
      const { text } = await request(`${url}/metrics`);
      return Number(new RegExp(`^${metric}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
    },
    stop,
  };
}
