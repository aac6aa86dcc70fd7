import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RegisterRequest } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('who gets a request', () => {
  let folder: string;
  let running: RunningGateway;
  const open: RunningUpstream[] = [];

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-balancing-'));
    const file = join(folder, 'routes.yaml');
    await writeFile(
      file,
      `version: 1
routes:
  - { path_prefix: /plain, service: shop }
  - { path_prefix: /sticky, service: shop, picker: ring_hash, ring_hash: { header: X-User } }
  - { path_prefix: /near, service: shop, picker: zone_first }
  - path_prefix: /canary
    service: shop
    canary: { header: { name: X-Canary, versions: { "yes": "2" } }, versions: [{ version: "2", percent: 0 }] }
  - { path_prefix: /narrow, service: shop, max_in_flight: 1 }
`,
    );
    running = await startGateway({ ROUTES_FILE: file, ZONE: 'home' });
  });
  afterAll(async () => {
    await running.stop();
    await rm(folder, { recursive: true });
  });
  afterEach(async () => {
    for (const { instance_id: id } of running.registry.instances('shop')) running.registry.forget(id);
    await Promise.all(open.splice(0).map((one) => one.stop()));
    await eventually(async () => (await running.upstreamCount()) === 0);
  });

  const ok: RequestListener = (_req, res) => res.end('ok');

  async function list(...given: (Partial<RegisterRequest> & { answer?: RequestListener })[]) {
    const started = [];
    for (const { answer = ok, ...instance } of given) {
      const upstream = await startUpstream(answer);
      open.push(upstream);
      started.push(upstream);
      running.registry.list({ service_name: 'shop', url: upstream.url, ...instance });
    }
    await eventually(async () => (await running.upstreamCount()) === given.length);
    return started;
  }
  async function get(path: string, headers: Record<string, string> = {}): Promise<number> {
    const response = await fetch(running.url + path, { headers });
    await response.text();
    return response.status;
  }
  const times = async (count: number, ask: (turn: number) => Promise<number>) => {
    const statuses = [];
    for (let turn = 0; turn < count; turn += 1) statuses.push(await ask(turn));
    return statuses;
  };
  const askedOf = (upstreams: readonly RunningUpstream[]) => upstreams.map(({ requests }) => requests.length);

  it('one user’s go to one instance, and many users’ to all of them', async () => {
    const upstreams = await list({}, {}, {});
    await times(6, () => get('/sticky', { 'X-User': 'ann' }));
    expect(askedOf(upstreams).sort()).toEqual([0, 0, 6]);
    await times(40, (turn) => get('/sticky', { 'X-User': `user ${turn}` }));
    expect(Math.min(...askedOf(upstreams))).toBeGreaterThan(0);
  });

  it('those of the gateway’s own zone come first', async () => {
    const upstreams = await list({ zone: 'home' }, { zone: 'away' });
    await times(4, () => get('/near'));
    expect(askedOf(upstreams)).toEqual([4, 0]);
  });

  it('a canary gets those that ask for it, and no others', async () => {
    const upstreams = await list({ version: '1.3.0' }, { version: '2.0.0' });
    await times(4, () => get('/canary'));
    await times(3, () => get('/canary', { 'X-Canary': 'yes' }));
    expect(askedOf(upstreams)).toEqual([4, 3]);
  });

  it('one that answers 503 five times in a row gets none for a while, and the log and the admin port say so', async () => {
    const failing: RequestListener = (_req, res) => res.writeHead(503).end();
    const [, bad] = await list({}, { answer: failing });
    const statuses = await times(20, () => get('/plain'));
    expect(statuses.filter((status) => status === 503).length).toBe(5);
    expect(bad?.requests.length).toBe(5);
    expect(running.logged).toContainEqual(
      expect.objectContaining({ event: 'upstream_ejected', outcome: 'response' }),
    );
    expect(await running.admin('/upstreams')).toEqual({
      upstreams: expect.arrayContaining([
        expect.objectContaining({
          url: bad?.url,
          ejection: expect.objectContaining({ cause: 'failures', times: 1 }),
        }),
      ]),
    });
  });

  it('the only one gets them all, however it fails', async () => {
    const failing: RequestListener = (_req, res) => res.writeHead(503).end();
    const [only] = await list({ answer: failing });
    await times(8, () => get('/plain'));
    expect(only?.requests.length).toBe(8);
  });

  it('nobody does beyond what the route allows to be under way, until some of it is done', async () => {
    const waiting: ServerResponse[] = [];
    const [upstream] = await list({ answer: (_req, res) => void waiting.push(res) });
    const first = get('/narrow');
    await eventually(() => waiting.length === 1);

    const turnedAway = await fetch(`${running.url}/narrow`);
    expect([turnedAway.status, turnedAway.headers.get('retry-after')]).toEqual([503, '1']);
    expect(await turnedAway.json()).toMatchObject({ code: 'SERVICE_OVERLOADED' });
    expect(turnedAway.headers.get('proxy-status')).toBe('rollcall; error=connection_limit_reached');
    expect(upstream?.requests.length).toBe(1);
    const metrics = await (await fetch(`${running.adminUrl}/metrics`)).text();
    expect(metrics).toMatch(/attempts_total\{.*upstream_service="shop",outcome="overloaded".*\} 1/);

    waiting.pop()?.end('ok');
    expect(await first).toBe(200);
    const second = get('/narrow');
    await eventually(() => waiting.length === 1);
    waiting.pop()?.end('ok');
    expect(await second).toBe(200);
  });
});
