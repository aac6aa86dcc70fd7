import { createFakeRegistry } from '@rollcall/registry-client/testing';
import { closedPort, eventually } from '@rollcall/testing';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream } from './support/start-upstream';

describe('holding requests', () => {
  let running: RunningGateway;
  const routes = [{ path_prefix: '/late' }];
  afterEach(() => running.stop());

  const held = () =>
    eventually(async () =>
      (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 1/),
    );

  it('lets a request for a known service wait until an instance is there', async () => {
    running = await startGateway();
    const upstream = await startUpstream();
    const first = running.registry.list({ service_name: 'late', url: upstream.url, routes });
    await eventually(async () => (await fetch(`${running.url}/late`)).status === 200);
    running.registry.forget(first.instance_id);
    await eventually(async () => (await running.upstreamCount()) === 0);

    const waiting = fetch(`${running.url}/late`, { method: 'POST', body: 'kept meanwhile' });
    await held();
    running.registry.list({ service_name: 'late', url: upstream.url, routes });
    expect((await waiting).status).toBe(200);
    await upstream.stop();
  });

  it('lets every request wait until the registry has been heard once', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    const upstream = await startUpstream();
    registry.list({ service_name: 'late', url: upstream.url, routes });
    await registry.goAway();
    running = await startGateway({}, { registry, synced: false });
    expect((await fetch(`${running.adminUrl}/readyz`)).status).toBe(503);

    const waiting = fetch(`${running.url}/late`);
    await held();
    await registry.comeBack();
    expect((await waiting).status).toBe(200);
    await upstream.stop();
  });

  it('answers 503 with Retry-After when the time is over', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    await registry.goAway();
    running = await startGateway({ HOLD_TIMEOUT_MS: '50' }, { registry, synced: false });
    const response = await fetch(`${running.url}/anything`);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await response.json()).toMatchObject({ code: 'NOT_SYNCED' });
    await registry.comeBack();
  });

  it.each([{ HOLD_CAPACITY: '0' }, { HOLD_TIMEOUT_MS: '0' }])(
    'is off with %p, and the answer says what is missing',
    async (settings) => {
      const registry = createFakeRegistry();
      await registry.start();
      const { instance_id } = registry.list({ service_name: 'late', url: 'http://127.0.0.1:1', routes });
      await registry.goAway();
      running = await startGateway(settings, { registry, synced: false });
      const codeOf = async (path: string): Promise<unknown> =>
        ((await (await fetch(running.url + path)).json()) as { code?: unknown }).code;
      expect(await codeOf('/late')).toBe('NOT_SYNCED');
      await registry.comeBack();
      await eventually(async () => (await running.upstreamCount()) === 1);
      registry.forget(instance_id);
      await eventually(async () => (await running.upstreamCount()) === 0);
      expect(await Promise.all(['/late', '/late', '/late'].map(codeOf))).toEqual(
        Array.from({ length: 3 }, () => 'NO_INSTANCE'),
      );
    },
  );

  it('keeps places for another service when the callers of one that is dead take all they get', async () => {
    running = await startGateway({ HOLD_CAPACITY: '6' });
    const upstream = await startUpstream();
    for (const name of ['dead', 'late']) {
      const listed = { service_name: name, url: upstream.url, routes: [{ path_prefix: `/${name}` }] };
      const { instance_id } = running.registry.list(listed);
      await eventually(async () => (await fetch(`${running.url}/${name}`)).status === 200);
      running.registry.forget(instance_id);
    }
    await eventually(async () => (await running.upstreamCount()) === 0);

    const refused: string[] = [];
    const flood = Array.from({ length: 30 }, async () => {
      const response = await fetch(`${running.url}/dead`);
      if (response.status !== 200) refused.push(`${response.status} ${await response.text()}`);
    });
    await eventually(() => refused.length === 27);
    for (const answer of refused) expect(answer).toMatch(/^503 .*TOO_MANY_HELD"/);

    const waiting = fetch(`${running.url}/late`);
    await eventually(async () =>
      (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 4/),
    );
    for (const name of ['late', 'dead'])
      running.registry.list({ service_name: name, url: upstream.url, routes: [{ path_prefix: `/${name}` }] });
    expect((await waiting).status).toBe(200);
    await Promise.all(flood);
    await upstream.stop();
  });

  it('tells one caller that it takes all of its service’s places, and holds the others', async () => {
    running = await startGateway({ HOLD_CAPACITY: '60', TRUSTED_PROXIES: '127.0.0.1' });
    const upstream = await startUpstream();
    const listed = running.registry.list({ service_name: 'late', url: upstream.url, routes });
    await eventually(async () => (await fetch(`${running.url}/late`)).status === 200);
    running.registry.forget(listed.instance_id);
    await eventually(async () => (await running.upstreamCount()) === 0);

    const asks = async (from: string): Promise<number> => {
      const headers = { 'X-Forwarded-For': from };
      return (await fetch(`${running.url}/late`, { headers })).status;
    };
    const over: number[] = [];
    const flood = Array.from({ length: 50 }, async () => {
      const status = await asks('198.51.100.7');
      if (status !== 200) over.push(status);
    });
    await eventually(() => over.length === 24);
    expect(new Set(over)).toEqual(new Set([429]));
    const others = ['198.51.100.8', '2001:db8::1'].map(asks);
    await eventually(async () =>
      (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 28/),
    );
    running.registry.list({ service_name: 'late', url: upstream.url, routes });
    expect(await Promise.all(others)).toEqual([200, 200]);
    await Promise.all(flood);
    await upstream.stop();
  });

  it('forgets a caller who leaves', async () => {
    const registry = createFakeRegistry();
    await registry.start();
    await registry.goAway();
    running = await startGateway({}, { registry, synced: false });
    const leaving = new AbortController();
    const waiting = fetch(`${running.url}/anything`, { signal: leaving.signal });
    await held();
    leaving.abort();
    await expect(waiting).rejects.toThrow();
    await eventually(async () =>
      (await (await fetch(`${running.adminUrl}/metrics`)).text()).match(/held_requests\{.*\} 0/),
    );
    await registry.comeBack();
  });

  it('does not hold for an instance that is there and refuses', async () => {
    running = await startGateway();
    running.registry.list({ service_name: 'late', url: `http://127.0.0.1:${await closedPort()}`, routes });
    await eventually(async () => (await fetch(`${running.url}/late`)).status === 502);
  });
});
