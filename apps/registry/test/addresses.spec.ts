import { isIPv6 } from 'node:net';
import { createAddressGuard, type ResolveName } from '@rollcall/address-guard';
import { createHttpProber } from '../src/adapters/http-prober/http-prober';
import { registryConfig } from '../src/config';
import type { ExplainResponse, HeartbeatResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import type { ProbeOutcome } from '../src/catalog/instance/instance-event';
import { startProbedInstance } from './doubles/probed-instance';
import { startRegistry, type RunningRegistry } from './running-registry';

const named = (url: string): object => ({ service_name: 'product', url });
const PRODUCTION = { NODE_ENV: 'production', REGISTRY_AUTH: 'off' };

let registry: RunningRegistry | undefined;
let outcome: ProbeOutcome = 'anonymous';
const start = async (env: NodeJS.ProcessEnv = {}): Promise<RunningRegistry> =>
  (registry = await startRegistry(env, { prober: { probe: () => Promise.resolve(outcome) } }));
afterEach(() => registry?.stop());

describe('an address', () => {
  it.each([
    'http://169.254.169.254',
    'http://2852039166:80',
    'http://0251.0376.0251.0376',
    'http://0xa9fea9fe/latest',
    'http://[::ffff:169.254.169.254]',
    'http://[fd00:ec2::254]',
    'http://metadata.google.internal',
    'http://0.0.0.0:8080',
    'http://224.0.0.1',
    'http://[fe80::1]:80',
  ])('like %s may not be registered, and nothing of it is stored', async (url) => {
    const { post, get } = await start();
    expect(await post('/register', named(url))).toMatchObject({
      status: 422,
      body: { code: 'ADDRESS_FORBIDDEN', detail: expect.stringMatching(/may not be registered: .+ is /) },
    });
    expect((await get('/services')).body).toMatchObject({ revision: 0, services: {} });
  });

  it.each(['http://127.0.0.1:8081', 'http://localhost:8081', 'http://[::1]:8081'])(
    'of this machine, like %s, may not in production',
    async (url) => {
      const { post, stop } = await start(PRODUCTION);
      expect((await post('/register', named(url))).status).toBe(422);
      await stop();
      expect((await (await start()).post('/register', named(url))).status).toBe(201);
    },
  );

  it('is free where ALLOWED_CIDRS says so', async () => {
    const { post } = await start({ ...PRODUCTION, ALLOWED_CIDRS: '127.0.0.0/8, 224.0.0.1' });
    expect((await post('/register', named('http://127.0.0.1:8081'))).status).toBe(201);
    expect((await post('/register', named('http://224.0.0.1'))).status).toBe(201);
    expect((await post('/register', named('http://224.0.0.2'))).status).toBe(422);
  });

  it('whose exemption cannot be read is a fault of the settings', () => {
    expect(() => registryConfig.read({ ALLOWED_CIDRS: '10.0.0.0/8,ten' })).toThrow('ALLOWED_CIDRS: "ten"');
  });
});

describe('a name', () => {
  /** Answers with what it means at the moment. */
  const meaning = (addresses: string[]): ResolveName => {
    return () => Promise.resolve(addresses.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })));
  };

  it.each([
    [['169.254.169.254']],
    [['10.0.0.7', '169.254.169.254']],
    [['::ffff:169.254.169.254']],
    [['127.0.0.1']],
    [['::1']],
    [['0.0.0.0']],
    [['fe80::1']],
  ])('that stands for %j may not be registered', async (addresses) => {
    registry = await startRegistry(PRODUCTION, { resolveName: meaning(addresses) });
    expect(await registry.post('/register', named('http://innocent.example'))).toMatchObject({
      status: 422,
      body: { code: 'ADDRESS_FORBIDDEN' },
    });
    expect((await registry.get('/services')).body).toMatchObject({ revision: 0, services: {} });
  });

  it.each(['169.254.169.254', '127.0.0.1'])(
    'that has come to stand for %s since it was registered is not connected to',
    async (forbidden) => {
      const instance = await startProbedInstance();
      const addresses = ['203.0.113.7'];
      const guard = createAddressGuard({ forbidLoopback: true, resolve: meaning(addresses) });
      registry = await startRegistry(PRODUCTION, {
        resolveName: meaning(addresses),
        prober: createHttpProber({ guard }),
      });
      const { port } = new URL(instance.url);
      expect((await registry.post('/register', named(`http://rebound.example:${port}`))).status).toBe(201);

      addresses[0] = forbidden;
      await registry.clock.advance(1000);
      const running = registry;
      await eventually(async () => {
        const { instances } = (await running.get<ExplainResponse>('/explain/product')).body;
        return instances[0]?.last_probe?.outcome === 'unreachable';
      });
      expect(instance.asked).toEqual([]);
      await instance.die();
    },
  );
});

describe('connecting back', () => {
  const product = named('http://10.0.0.1:8081');
  const warnings = async ({ post, get }: RunningRegistry): Promise<readonly unknown[]> => {
    const beaten = await post<HeartbeatResponse>('/heartbeat', product);
    const { instances } = (await get<ExplainResponse>('/explain/product')).body;
    return [beaten.body.warnings, instances[0]?.warnings];
  };

  it('warns whom nobody reaches, with the mend, until somebody does', async () => {
    outcome = 'refused';
    const running = await start();
    await running.post('/register', product);
    expect(await warnings(running)).toEqual([undefined, []]);

    await running.clock.advance(1000);
    const warning = expect.stringContaining('HOST');
    expect(await warnings(running)).toEqual([[warning], [warning]]);
    expect((await running.get('/discover/product')).body).toMatchObject({ instances: [{ status: 'up' }] });

    outcome = 'answered';
    await running.clock.advance(20_000);
    await running.post('/heartbeat', product);
    await running.clock.advance(10_000);
    await eventually(async () => (await warnings(running))[0] === undefined);
  });

  it.each<ProbeOutcome>(['refused', 'timed_out', 'unreachable', 'silent', 'unverified'])(
    'comes before the registration where it is required, which is refused when it is %s',
    async (found) => {
      outcome = found;
      const { post, get } = await start({ REQUIRE_REACHABLE: 'true' });
      expect(await post('/register', product)).toMatchObject({ status: 422, body: { code: 'UNREACHABLE' } });
      expect((await get('/services')).body).toMatchObject({ revision: 0, services: {} });
      outcome = 'anonymous';
      expect((await post('/register', product)).status).toBe(201);
    },
  );
});
