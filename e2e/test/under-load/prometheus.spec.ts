import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { createKeyPairFolder, type KeyPairFolder } from '@rollcall/testing/certificates';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { startCluster, type Cluster } from '../../src/cluster';
import { json, request } from '../../src/expect-answer';
import { startLoad, type Load } from '../../src/load';
import {
  describeWithPrometheus,
  observability,
  startPrometheus,
  type Prometheus,
} from '../../src/prometheus-process';
import { startRawInstance } from '../../src/raw-instance';
import { espressoCup, orderOf } from '../../src/shop';

interface Dashboard {
  readonly panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

const ROUTES = `
version: 1
routes:
  - { path_prefix: /hello, service: hello, rate_limit: { requests: 1, per_seconds: 1 } }
`;

/** Longer than Prometheus needs, whose discovery waits for a tick of five seconds. */
const PATIENCE = { timeoutMs: 60_000, everyMs: 200 };

describeWithPrometheus('Prometheus over real processes', () => {
  let folder: string;
  let pair: KeyPairFolder;
  let cluster: Cluster;
  let secure: AppProcess;
  let doomed: AppProcess;
  let prometheus: Prometheus;
  /** Of everybody who has metrics. */
  let expected: readonly string[];
  let brokenUrl: string;

  beforeAll(async () => {
    [folder, pair] = await Promise.all([
      mkdtemp(join(tmpdir(), 'rollcall-e2e-prometheus-')),
      createKeyPairFolder({ names: ['127.0.0.1'] }),
    ]);
    await writeFile(join(folder, 'routes.yaml'), ROUTES);
    cluster = await startCluster({
      // Until the first lease is over a registry does not know who is there: shorter than usual, and long enough for
      // Prometheus to ask several times.
      registry: {
        DATA_DIR: join(folder, 'registry'),
        LEASE_TTL_SECONDS: '20',
        HEARTBEAT_INTERVAL_SECONDS: '1',
      },
      gateway: { ROUTES_FILE: join(folder, 'routes.yaml') },
    });
    const services = [
      await cluster.add('product'),
      await cluster.add('product'),
      await cluster.add('order'),
      await cluster.add('hello'),
    ];
    doomed = await cluster.add('hello');
    secure = startApp({
      app: 'hello',
      port: await freePort(),
      ca: pair.authority.ca,
      env: {
        SERVICE_NAME: 'secure-hello',
        REGISTRY_URL: cluster.registryUrl,
        TLS_CERT_FILE: pair.certFile,
        TLS_KEY_FILE: pair.keyFile,
      },
    });
    await secure.ready();
    brokenUrl = `http://127.0.0.1:${await closedPort()}`;
    await startRawInstance(cluster.registryUrl, {
      service_name: 'product',
      url: brokenUrl,
      instance_id: 'broken',
      routes: [{ path_prefix: '/products' }],
      // It sends no heartbeats.
      ttl_seconds: 600,
    });
    const { host } = new URL(cluster.registryUrl);
    prometheus = await startPrometheus({ registry: host, caFile: pair.caFile });
    expected = [cluster.registryUrl, cluster.adminUrl, secure.url, ...services.map(({ url }) => url)]
      .map((url) => `${url}/metrics`)
      .sort();
  });

  afterAll(async () => {
    await Promise.all([prometheus.stop(), secure.end('SIGKILL'), cluster.stop()]);
    await Promise.all([rm(folder, { recursive: true, force: true }), pair.remove()]);
  });

  const answering = async () =>
    (await prometheus.targets())
      .filter(({ health }) => health === 'up')
      .map(({ scrapeUrl }) => scrapeUrl)
      .sort();

  it('finds every instance, the gateway at its admin port among them', async () => {
    const all = [...expected, `${doomed.url}/metrics`].sort();
    await eventually(async () => (await answering()).join() === all.join(), PATIENCE).catch(async () => {
      expect(await prometheus.targets()).toEqual(all);
    });
    const labelled = await prometheus.query('up{job="rollcall", service="gateway"}');
    expect(labelled).toMatchObject([{ metric: { instance_id: expect.any(String) } }]);
    expect(Object.keys(labelled[0]?.metric ?? {})).not.toContain('status');
    // Whoever cannot be reached is there too, and is seen to be down.
    await eventually(async () => {
      const broken = (await prometheus.targets()).find(({ labels }) => labels['instance_id'] === 'broken');
      // Its first scrape may come a whole interval after those of the others.
      expect(broken).toMatchObject({ scrapeUrl: `${brokenUrl}/metrics`, health: 'down' });
      return true;
    }, PATIENCE);
  });

  it('has a newcomer among the next lists that Prometheus takes in', async () => {
    const taken = () => prometheus.own('prometheus_target_scrape_pool_sync_total');
    const failures = () => prometheus.own('prometheus_sd_http_failures_total');
    const [takenBefore, failedBefore] = [await taken(), await failures()];
    await startRawInstance(cluster.registryUrl, {
      service_name: 'product',
      url: `http://127.0.0.1:${await closedPort()}`,
      instance_id: 'newcomer',
      ttl_seconds: 600,
    });
    const isThere = async () =>
      (await prometheus.targets()).some(({ labels }) => labels['instance_id'] === 'newcomer');
    let takenWithout = 0;
    await eventually(async () => {
      // Counted before it is looked for, so that a pause of this process forges nothing.
      const lists = (await taken()) - takenBefore - ((await failures()) - failedBefore);
      const found = await isThere();
      if (!found) takenWithout = lists;
      return found;
    }, PATIENCE);
    // One that was made before may have been under way, and one as it registered.
    expect(takenWithout).toBeLessThanOrEqual(2);
  });

  describe('under load', () => {
    let load: Load;
    beforeAll(async () => {
      let turn = 0;
      const send = () =>
        [
          () => request(`${cluster.gatewayUrl}/products`),
          () => request(`${cluster.gatewayUrl}/hello`),
          () => request(`${cluster.gatewayUrl}/orders`, json('POST', orderOf(espressoCup.id))),
          () => request(`${cluster.gatewayUrl}/nowhere`),
        ][turn++ % 4]?.() ?? Promise.resolve();
      load = startLoad(send, { perSecond: 40 });
      await load.more(100);
      // A process that is gone without a word is evicted.
      await doomed.end('SIGKILL');
    });
    afterAll(() => load.stop());

    it('every expression of the dashboard returns data', async () => {
      const file = join(observability, 'grafana/dashboards/rollcall.json');
      // It is ours.
      const { panels, annotations } = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
      const expressions = [
        ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
        ...annotations.list.map(({ expr }) => expr.replace(/ > 0$/, ' > bool 0')),
      ];
      expect(expressions.length).toBeGreaterThan(30);
      await expectData(
        expressions.map((expr) =>
          expr.replaceAll('$__rate_interval', '30s').replaceAll(/\$(service|gateway)/g, '.*'),
        ),
      );
    });

    it('every expression of the rules returns data, whether or not it is true', async () => {
      const rules = await prometheus.rules();
      expect(rules).toHaveLength(22);
      await expectData(rules.map(({ query }) => withoutThreshold(query)));
      expect((await prometheus.rules()).filter(({ health }) => health !== 'ok')).toEqual([]);
    });

    async function expectData(expressions: readonly string[]): Promise<void> {
      const empty = async () => {
        const results = await Promise.all(expressions.map((expression) => prometheus.query(expression)));
        return expressions.filter((_, at) => results[at]?.length === 0);
      };
      await eventually(async () => (await empty()).length === 0, PATIENCE).catch(async () => {
        expect(await empty()).toEqual([]);
      });
    }
  });

  it('keeps its list while the registry is away, and while it does not know who is there', async () => {
    const failures = () => prometheus.own('prometheus_sd_http_failures_total');
    const withoutRegistry = expected.filter((url) => !url.startsWith(cluster.registryUrl)).join();
    await eventually(async () => (await answering()).join() === expected.join(), PATIENCE);

    await cluster.registry().end('SIGKILL');
    await failsForLong();
    await expectAnswering(withoutRegistry);
    await eventually(
      async () =>
        (await prometheus.query('ALERTS{alertname="RegistryDown", alertstate="pending"}')).length === 1,
      PATIENCE,
    );

    await rm(join(folder, 'registry'), { recursive: true });
    await cluster.restartRegistry();
    await failsForLong();
    await expectAnswering(expected.join());

    /** One that was asked in vain on a busy machine is asked again, and could not be if the list were lost. */
    async function expectAnswering(urls: string): Promise<void> {
      await eventually(async () => (await answering()).join() === urls, PATIENCE);
    }
    /** Once a second, for longer than a list needs to be taken in. */
    async function failsForLong(): Promise<void> {
      const before = await failures();
      await eventually(async () => (await failures()) >= before + 7, PATIENCE);
    }
  });
});

/** The comparisons of an alert say 0 or 1 instead of leaving out what is not so. */
function withoutThreshold(query: string): string {
  return query
    .split(/(\{[^}]*\})/)
    .map((part) => (part.startsWith('{') ? part : part.replaceAll(/(==|>=|<=|[<>])(?! bool)/g, '$1 bool')))
    .join('');
}
