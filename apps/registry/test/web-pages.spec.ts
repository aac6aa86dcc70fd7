import type { ServicesResponse } from '@rollcall/contracts';
import { ask, webPageRequests } from '@rollcall/testing';
import fc from 'fast-check';
import { startRegistry, type RunningRegistry } from './running-registry';

const TOKEN = 'the-one-token-of-a-spec';
const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };

let registry: RunningRegistry;
afterEach(() => registry.stop());

const authority = (): string => new URL(registry.url).host;

/** Every call that there is, from the table of them: a new one is among them by itself. */
function everyCall(): { readonly method: string; readonly path: string }[] {
  return registry.routes.map(({ method, path }) => ({
    method,
    path: path
      .replace(':service_name', 'product')
      .replace(':id', 'p-1')
      .replace(':instance', 'p-2')
      // Of no service: 400, where a stream would not end.
      .replace(/^\/live$/, '/live?services='),
  }));
}

describe('a web page in the browser of somebody who reaches the registry', () => {
  it('makes no call, by whatever name, method and origin it tries', async () => {
    registry = await startRegistry();
    await registry.post('/register', product);
    const before = (await registry.get<ServicesResponse>('/services')).body;

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everyCall()),
        webPageRequests(authority(), { rebound: true }),
        fc.constantFrom(undefined, '{}', JSON.stringify(product)),
        async ({ method, path }, { headers, status, code }, sent) => {
          const body = method === 'GET' ? undefined : sent;
          const answer = await ask(registry.url + path, {
            method,
            headers: body === undefined ? headers : { ...headers, 'Content-Type': 'application/json' },
            ...(body === undefined ? {} : { body }),
          });
          expect([answer.status, answer.code]).toEqual([status, code]);
        },
      ),
      { numRuns: 300 },
    );

    expect((await registry.get<ServicesResponse>('/services')).body).toEqual(before);
  });

  it('drains, releases and registers nobody without asking first', async () => {
    registry = await startRegistry();
    await registry.post('/register', product);

    for (const path of ['/instances/p-1/drain', '/services/product/guard/release', '/register']) {
      // fetch(…, { method: 'POST', mode: 'no-cors' }), of a browser that knows no Sec-Fetch-Site, and of one that does.
      const byOrigin = await ask(registry.url + path, {
        method: 'POST',
        headers: { Origin: 'https://evil.example' },
      });
      const bySite = await ask(registry.url + path, {
        method: 'POST',
        headers: { 'Sec-Fetch-Site': 'cross-site' },
      });
      // A form sends what needs no asking.
      const form = { 'Content-Type': 'text/plain' };
      const byForm = await ask(registry.url + path, {
        method: 'POST',
        headers: form,
        body: JSON.stringify(product),
      });
      expect([byOrigin.code, bySite.code, byForm.code]).toEqual([
        'ORIGIN_REFUSED',
        'ORIGIN_REFUSED',
        'UNSUPPORTED_MEDIA_TYPE',
      ]);
    }

    expect((await registry.get('/discover/product')).body).toMatchObject({ instances: [{ status: 'up' }] });
  });

  it('is refused where tokens are asked for, too, and there no name is refused', async () => {
    registry = await startRegistry({ REGISTRY_TOKEN: TOKEN });
    const headers = { Authorization: `Bearer ${TOKEN}`, Host: 'registry.internal:8080' };

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everyCall()),
        webPageRequests(authority(), { rebound: false }),
        async ({ method, path }, page) => {
          const answer = await ask(registry.url + path, { method, headers: { ...headers, ...page.headers } });
          expect([answer.status, answer.code]).toEqual([403, 'ORIGIN_REFUSED']);
        },
      ),
    );
    expect((await ask(`${registry.url}/services`, { headers })).status).toBe(200);
  });

  it('may follow a link to the documents, and reads no metrics under a name of its own', async () => {
    registry = await startRegistry();

    const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate' };
    expect((await ask(`${registry.url}/docs`, { headers: link })).status).toBe(200);
    expect((await ask(`${registry.url}/metrics`, { headers: { Host: 'rebound.example' } })).status).toBe(421);
    expect((await ask(`${registry.url}/livez`, { headers: { Host: 'load-balancer.example' } })).status).toBe(
      200,
    );
  });
});

describe('a program, or a page of the registry itself', () => {
  const OWN_NAMES = [
    '127.0.0.1',
    'localhost',
    'LOCALHOST.',
    '[::1]',
    '127.1',
    '10.1.2.3',
    'registry',
    'registry.',
    'r.example',
  ];

  it('notices nothing, under every name of this host', async () => {
    registry = await startRegistry({ ALLOWED_HOSTS: 'registry, R.example.' });
    const { port } = new URL(registry.url);

    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...everyCall()),
        fc.constantFrom(...OWN_NAMES),
        fc.constantFrom(undefined, 'none', 'same-origin'),
        fc.boolean(),
        fc.constantFrom(`:${port}`, ''),
        async ({ method, path }, name, site, fromPage, portOf) => {
          const host = name + portOf;
          const answer = await ask(registry.url + path, {
            method,
            headers: {
              Host: host,
              ...(site === undefined ? {} : { 'Sec-Fetch-Site': site }),
              ...(fromPage ? { Origin: new URL(`http://${host}`).origin } : {}),
            },
          });
          expect(answer.code).not.toBe('ORIGIN_REFUSED');
          expect([403, 415, 421]).not.toContain(answer.status);
        },
      ),
    );
  });

  it('is told what to set where it uses another name', async () => {
    registry = await startRegistry();
    const { text } = await ask(`${registry.url}/services`, { headers: { Host: 'registry:8080' } });
    expect(text).toMatch('\\"registry:8080\\" as its own. Add the name to ALLOWED_HOSTS');
  });

  it('may name the host in the target instead, as a proxy does', async () => {
    registry = await startRegistry();
    const { port } = new URL(registry.url);
    const through = (target: string, host: string) => askForTarget(Number(port), target, host);

    expect(await through('http://rebound.example/services', '127.0.0.1')).toBe(421);
    expect(await through('http://127.0.0.1/services', 'rebound.example')).toBe(200);
  });
});

describe('ALLOWED_HOSTS', () => {
  it.each(['*', 'http://registry', 'registry:8080', 'a,,b', 'a b', '-a', 'a..b'])(
    'refuses %j',
    async (value) => {
      await expect(startRegistry({ ALLOWED_HOSTS: value })).rejects.toThrow('ALLOWED_HOSTS');
      registry = await startRegistry();
    },
  );
});

async function askForTarget(port: number, path: string, host: string): Promise<number> {
  const { request } = await import('node:http');
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, path, headers: { Host: host }, agent: false }, (res) => {
      res.resume();
      resolve(res.statusCode ?? 0);
    })
      .on('error', reject)
      .end();
  });
}
