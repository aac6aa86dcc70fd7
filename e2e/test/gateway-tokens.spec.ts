import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { Agent, get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { COUNTED_PATH, startCountedInstance, type CountedInstance } from '../src/counted-instance';
import { isAlive, processTree } from '../src/process-tree';
import { startTokenIssuer, type TokenIssuer } from '../src/token-issuer';

const SIZE = 2;
/** In which each worker fetches the keys for unknown key ids once. */
const EARLY_EVERY_MS = 30_000;

/** One kept connection, and so one worker. */
interface Caller {
  /** Resolves with the status. */
  ask(token: string, fields?: Readonly<Record<string, string>>): Promise<number>;
  leave(): void;
}

// Its cases share one gateway, and stand in an order in which each leaves what the next ones need.
describe(`tokens at a gateway of ${SIZE} workers`, () => {
  let cluster: Cluster;
  let instance: CountedInstance;
  let issuer: TokenIssuer;
  let folder: string;
  let callers: Caller[] = [];
  let made = 0;
  let asked = 0;

  const routes = (audience: string): string => `version: 1
jwt_issuers:
  - { name: main, issuer: '${issuer.issuer}', jwks_url: '${issuer.jwksUrl}', algorithms: [ ES256 ] }
routes:
  - { path_prefix: ${COUNTED_PATH}, service: counted, jwt: { issuers: [ main ], audience: [ ${audience} ] } }
`;

  beforeAll(async () => {
    issuer = await startTokenIssuer();
    issuer.publish('first');
    folder = await mkdtemp(join(tmpdir(), 'rollcall-tokens-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(file, routes('orders'));
    cluster = await startCluster({
      gateway: { GATEWAY_WORKERS: String(SIZE), ROUTES_FILE: file, TRUSTED_PROXIES: '127.0.0.0/8' },
    });
    instance = await startCountedInstance(cluster.registryUrl);
    const caller = createCaller();
    await eventually(async () => (await caller.ask(fresh('first'))) === 200, { timeoutMs: 15_000 });
  });

  afterEach(() => {
    for (const caller of callers) caller.leave();
    callers = [];
  });

  afterAll(async () => {
    await instance.stop();
    await cluster.stop();
    await issuer.stop();
    await rm(folder, { recursive: true });
  });

  /** A token that no worker has verified before. */
  function fresh(kid: string, claims: Readonly<Record<string, unknown>> = {}): string {
    made += 1;
    return issuer.sign(kid, { jti: String(made), ...claims });
  }

  function createCaller(): Caller {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const caller: Caller = {
      ask: (token, fields = {}) =>
        new Promise((resolve, reject) => {
          asked += 1;
          // Each from another client: one alone would be slowed down after some refusals.
          const client = `10.${asked >> 16}.${(asked >> 8) & 255}.${asked & 255}`;
          const headers = { authorization: `Bearer ${token}`, 'x-forwarded-for': client, ...fields };
          get(cluster.gatewayUrl + COUNTED_PATH, { agent, headers }, (answer) => {
            answer.resume().once('end', () => resolve(answer.statusCode ?? 0));
          }).once('error', reject);
        }),
      leave: () => agent.destroy(),
    };
    callers.push(caller);
    return caller;
  }

  /** A caller at each of the workers. */
  async function callerAtEach(): Promise<readonly Caller[]> {
    const byWorker = new Map<string, Caller>();
    for (let tries = 0; byWorker.size < SIZE && tries < 10 * SIZE; tries += 1) {
      const caller = createCaller();
      const id = `connecting/${made}`;
      expect(await caller.ask(fresh('first'), { 'x-id': id })).toBe(200);
      byWorker.set(instance.requests.get(id)?.via ?? '', caller);
    }
    expect(byWorker.size).toBe(SIZE);
    return [...byWorker.values()];
  }

  test('are verified by each worker, with keys that each has fetched once', async () => {
    await callerAtEach();
    await eventually(() => issuer.fetches === SIZE);
  });

  test('are taken through a rotation under load, for which each worker fetches once', async () => {
    const atEach = await callerAtEach();
    const { fetches } = issuer;
    const statuses: number[] = [];
    let kid = 'first';
    let goesOn = true;
    const loops = atEach.map(async (caller) => {
      while (goesOn) statuses.push(await caller.ask(fresh(kid)));
    });
    await eventually(() => statuses.length > 20);
    issuer.publish('first', 'second');
    kid = 'second';
    await eventually(() => issuer.fetches === fetches + SIZE);
    const before = statuses.length;
    await eventually(() => statuses.length > before + 20);
    goesOn = false;
    await Promise.all(loops);
    expect(new Set(statuses)).toEqual(new Set([200]));
    // Those of the old key are taken as long as it is published.
    for (const caller of atEach) expect(await caller.ask(fresh('first'))).toBe(200);
    expect(issuer.fetches).toBe(fetches + SIZE);
  });

  test('with a thousand unknown key ids have the keys fetched at most once in 30 s by each worker', async () => {
    const atEach = await callerAtEach();
    const [{ fetches }, beganAt] = [issuer, performance.now()];
    const statuses = await Promise.all(
      atEach.map(async (caller, worker) => {
        const seen: number[] = [];
        for (let count = 0; count < 1000 / SIZE; count += 1) {
          const [, payload, signature] = fresh('unpublished').split('.');
          const head = JSON.stringify({ alg: 'ES256', kid: `made-up-${worker}-${count}` });
          const token = [Buffer.from(head).toString('base64url'), payload, signature].join('.');
          seen.push(await caller.ask(token));
        }
        return seen;
      }),
    );
    const tookMs = performance.now() - beganAt;
    expect(new Set(statuses.flat())).toEqual(new Set([401]));
    expect(issuer.fetches - fetches).toBeLessThanOrEqual(SIZE * (1 + Math.floor(tookMs / EARLY_EVERY_MS)));
    for (const caller of atEach) expect(await caller.ask(fresh('second'))).toBe(200);
  });

  test('are verified by a worker that takes the place of another', async () => {
    const { fetches } = issuer;
    const [victim] = processTree(cluster.gateway().pid).filter((pid) => pid !== cluster.gateway().pid);
    if (victim === undefined) throw new Error('there is no worker');
    process.kill(victim, 'SIGKILL');
    await eventually(() => !isAlive(victim));
    await eventually(() => issuer.fetches === fetches + 1, { timeoutMs: 30_000 });
    await eventually(() => processTree(cluster.gateway().pid).length === 1 + SIZE, { timeoutMs: 30_000 });
    await eventually(
      () =>
        callerAtEach().then(
          () => true,
          () => false,
        ),
      { timeoutMs: 30_000 },
    );
  });

  test('are judged by a new version of the routes file at each worker, with the keys that they have', async () => {
    const atEach = await callerAtEach();
    const { fetches } = issuer;
    await writeFile(join(folder, 'routes.yaml'), routes('billing'));
    for (const caller of atEach) {
      await eventually(async () => (await caller.ask(fresh('first', { aud: 'billing' }))) === 200, {
        timeoutMs: 15_000,
      });
      expect(await caller.ask(fresh('first'))).toBe(401);
    }
    expect(issuer.fetches).toBe(fetches);
  });
});
