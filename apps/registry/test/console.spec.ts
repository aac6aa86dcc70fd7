import type { DiscoverResponse } from '@rollcall/contracts';
import { ask } from '@rollcall/testing';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
afterEach(() => registry.stop());

const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };
const host = () => new URL(registry.url).host;

describe('the console', () => {
  it('is served without a token, whole, from what the build has left', async () => {
    registry = await startRegistry({ REGISTRY_TOKEN: 'the-one-token-of-a-spec' });
    const page = await registry.get<string>('/ui/services/product');
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const files = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => String(file));
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect([file, (await registry.get(file)).status]).toEqual([file, 200]);
    expect((await registry.get('/ui/source.json')).body).toMatchObject({ source: 'registry' });
    // The page has nothing of what is kept here: that takes the token.
    expect((await registry.get('/services')).status).toBe(401);
  });

  it('is not there with CONSOLE=off', async () => {
    registry = await startRegistry({ CONSOLE: 'off' });
    expect((await registry.get('/ui/')).status).toBe(404);
  });

  it('may call what served it, and a page from anywhere else may not', async () => {
    registry = await startRegistry();
    await registry.post('/register', product);
    const drain = (headers: Record<string, string>) =>
      ask(`${registry.url}/instances/p-1/drain?wait_ms=0`, {
        method: 'POST',
        headers: { Host: host(), 'Content-Type': 'application/json', ...headers },
        body: '{}',
      });
    for (const headers of [
      { Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: `http://127.0.0.1:1`, 'Sec-Fetch-Site': 'same-site' },
      { Origin: 'null' },
      { 'Sec-Fetch-Site': 'cross-site' },
    ])
      expect(await drain(headers)).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
    const { body } = await registry.get<DiscoverResponse>('/discover/product');
    expect(body.instances).toMatchObject([{ status: 'up' }]);

    const own = { Origin: `http://${host()}`, 'Sec-Fetch-Site': 'same-origin' };
    expect((await drain(own)).status).toBe(200);
    const live = await ask(`${registry.url}/live?services=a,b/c`, { headers: { Host: host(), ...own } });
    // It got as far as being read.
    expect(live.status).toBe(400);
    const foreign = await ask(`${registry.url}/live`, {
      headers: { Host: host(), 'Sec-Fetch-Site': 'cross-site' },
    });
    expect(foreign).toMatchObject({ status: 403, code: 'ORIGIN_REFUSED' });
  });

  it('is no page for a name that is not this registry’s, where no token is asked for', async () => {
    registry = await startRegistry();
    const rebound = await ask(`${registry.url}/ui/`, { headers: { Host: 'rebound.example' } });
    expect(rebound).toMatchObject({ status: 421, code: 'HOST_REFUSED' });
  });
});
