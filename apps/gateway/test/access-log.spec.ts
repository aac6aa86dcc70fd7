import { closedPort, eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

describe('the access log', () => {
  let running: RunningGateway;
  let upstream: RunningUpstream;
  afterEach(() => Promise.all([running.stop(), upstream.stop()]));

  async function start(settings: Record<string, string>): Promise<void> {
    running = await startGateway(settings);
    upstream = await startUpstream((req, res) => void (req.url === '/s/slow' ? undefined : res.end('ok')));
    running.registry.list({ service_name: 's', url: upstream.url, routes: [{ path_prefix: '/s' }] });
    const dead = `http://127.0.0.1:${await closedPort()}`;
    running.registry.list({ service_name: 'dead', url: dead, routes: [{ path_prefix: '/dead' }] });
    await eventually(async () => (await running.upstreamCount()) === 2);
  }
  const lines = (path: string) => running.logged.filter((line) => line['path'] === path);

  it('has a line for every request, with what it took and who answered', async () => {
    await start({});
    await fetch(`${running.url}/s/1?token=x`, { headers: { 'X-Request-Id': 'mine' } });
    const [line] = await eventually(() => lines('/s/1').length > 0 && lines('/s/1'));
    expect(line).toMatchObject({
      level: 'info',
      event: 'http_request',
      method: 'GET',
      route: '/s',
      status: 200,
      upstream_service: 's',
      instance_id: running.registry.instances('s')[0]?.instance_id,
      attempts: 1,
      peer: '127.0.0.1',
      request_id: 'mine',
      duration_ms: expect.any(Number),
    });
    expect(JSON.stringify(running.logged)).not.toContain('token=x');
  });

  it('may leave out what went well, and never what did not', async () => {
    await start({ ACCESS_LOG_RATIO: '0' });
    await fetch(`${running.url}/s/1`);
    await fetch(`${running.url}/dead`);
    const [line] = await eventually(() => lines('/dead').length > 0 && lines('/dead'));
    expect(line).toMatchObject({ level: 'warn', status: 502, code: 'UPSTREAM_REFUSED', attempts: 1 });
    expect(line?.['cause']).toMatch(/ECONNREFUSED/);
    expect(lines('/s/1')).toEqual([]);
  });

  it('says 499 of a caller who went away', async () => {
    await start({});
    const leaving = new AbortController();
    const left = fetch(`${running.url}/s/slow`, { signal: leaving.signal });
    await eventually(() => upstream.requests.length === 1);
    leaving.abort();
    await expect(left).rejects.toThrow();
    const [line] = await eventually(() => lines('/s/slow').length > 0 && lines('/s/slow'));
    expect(line).toMatchObject({ status: 499 });
  });

  it('tells once that an instance is left out, and once that it is back', async () => {
    await start({});
    for (let count = 0; count < 3; count += 1) await fetch(`${running.url}/dead`);
    const events = (name: string) => running.logged.filter((line) => line['event'] === name);
    expect(events('upstream_ejected')).toMatchObject([{ upstream_service: 'dead', outcome: 'refused' }]);
    const [dead] = running.registry.instances('dead');
    const revived = await startUpstream(undefined, { port: Number(new URL(dead?.url ?? '').port) });
    expect((await fetch(`${running.url}/dead`)).status).toBe(200);
    expect(events('upstream_restored').length).toBe(1);
    await revived.stop();
  });
});
