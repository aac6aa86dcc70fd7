import { eventually } from '@rollcall/testing';
import { freePort, startApp, type AppProcess } from '../../src/app-process';
import { startCluster, type Cluster } from '../../src/cluster';
import { createHttp2Caller, type Http2Caller } from '../../src/http2-caller';
import { startLoad } from '../../src/load';
import { servedRequests } from '../../src/served-requests';

/** On a busy machine a handshake may take longer than a production's patience; that is not what this is about. */
const PATIENT = { CONNECT_TIMEOUT_MS: '10000' };

describe('one of two gateways that are asked by HTTP/2', () => {
  let cluster: Cluster;
  let leaving: AppProcess;
  let leavingUrl: string;
  let adminUrl: string;
  let callers: readonly Http2Caller[] = [];

  beforeEach(async () => {
    cluster = await startCluster({ gateway: { HTTP2: 'on', ...PATIENT } });
    await cluster.add('product');
    const [port, adminPort] = [await freePort(), await freePort()];
    [leavingUrl, adminUrl] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${adminPort}`];
    leaving = startApp({
      app: 'gateway',
      port,
      healthPort: adminPort,
      env: {
        REGISTRY_URL: cluster.registryUrl,
        ADMIN_PORT: String(adminPort),
        DATA_DIR: 'off',
        HTTP2: 'on',
        ...PATIENT,
      },
    });
    await leaving.ready();
  });

  afterEach(async () => {
    for (const caller of callers) caller.close();
    await leaving.end('SIGKILL');
    await cluster.stop();
  });

  test('goes at SIGTERM under load: no request is lost, and its callers move on', async () => {
    callers = Array.from({ length: 10 }, () => createHttp2Caller([leavingUrl, cluster.gatewayUrl]));
    let turn = 0;
    const load = startLoad(
      async () => {
        turn += 1;
        await callers[turn % callers.length]?.get('/products?limit=5');
      },
      { perSecond: 100 },
    );
    await load.more(100);
    expect(await servedRequests(adminUrl, { method: 'GET', route: '/products' })).toBeGreaterThan(0);

    expect(await leaving.end('SIGTERM')).toBe(0);
    await eventually(() => callers.every(({ origin }) => origin === cluster.gatewayUrl));
    await load.more(100);

    expect((await load.stop()).failures).toEqual([]);
  });
});
