import { ask, eventually, webPageRequests } from '@rollcall/testing';
import fc from 'fast-check';
import { adminDocument } from '../src/http/openapi/admin-document';
import { startGateway, type RunningGateway } from './support/start-gateway';
import { startUpstream, type RunningUpstream } from './support/start-upstream';

const TOKEN = 'a-token-of-some-length';

let running: RunningGateway;
let hello: RunningUpstream;
beforeAll(async () => {
  hello = await startUpstream((_req, res) => res.end('hello'));
});
afterAll(() => hello.stop());
afterEach(() => running.stop());

/** Every call that there is, from the document that has to list them all: a new one is among them by itself. */
const ADMIN_CALLS = Object.entries(adminDocument().paths).flatMap(([path, methods]) =>
  Object.keys(methods).map((method) => ({ method: method.toUpperCase(), path: path.replace('{id}', 'h-1') })),
);
const OLDER_CALLS = ['/register_service', '/deregister_service'];

describe('a web page in the browser of an operator', () => {
  it('makes no call to the admin port, by whatever name, method and origin it tries', async () => {
    running = await startGateway();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ADMIN_CALLS),
        webPageRequests(new URL(running.adminUrl).host, { rebound: true }),
        async ({ method, path }, { headers, status, code }) => {
          const answer = await ask(running.adminUrl + path, { method, headers });
          expect([answer.status, answer.code]).toEqual([status, code]);
        },
      ),
      { numRuns: 200 },
    );
    expect((await ask(`${running.adminUrl}/metrics`, { headers: { Host: 'rebound.example' } })).status).toBe(
      421,
    );
    expect((await ask(`${running.adminUrl}/routes`, { headers: { Host: 'localhost' } })).status).toBe(200);
  });

  it('is refused with the token, too; by name nobody is then', async () => {
    running = await startGateway({ ADMIN_TOKEN: TOKEN });
    const headers = { Authorization: `Bearer ${TOKEN}` };
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...ADMIN_CALLS),
        webPageRequests(new URL(running.adminUrl).host, { rebound: false }),
        async ({ method, path }, page) => {
          const answer = await ask(running.adminUrl + path, {
            method,
            headers: { ...headers, ...page.headers },
          });
          expect([answer.status, answer.code]).toEqual([403, 'ORIGIN_REFUSED']);
        },
      ),
    );
    const byName = { ...headers, Host: 'gateway.internal:8001' };
    expect((await ask(`${running.adminUrl}/routes`, { headers: byName })).status).toBe(200);
  });

  it('changes nothing at the admin port with a body that needs no asking', async () => {
    running = await startGateway();
    const id = running.registry.list({ service_name: 'hello', url: hello.url, routes: [] }).instance_id;
    for (const call of ['eject', 'restore']) {
      const answer = await ask(`${running.adminUrl}/upstreams/${id}/${call}`, {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: '{"reason":"a form"}',
      });
      expect([answer.status, answer.code]).toEqual([415, 'UNSUPPORTED_MEDIA_TYPE']);
    }
  });

  it('makes no call of the legacy API', async () => {
    running = await startGateway();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...OLDER_CALLS),
        webPageRequests(new URL(running.url).host, { rebound: true }),
        async (path, { headers, status, code }) => {
          const answer = await ask(running.url + path, {
            method: 'POST',
            headers,
            body: `hello,${hello.url}`,
          });
          expect([answer.status, answer.code]).toEqual([status, code]);
        },
      ),
    );
    expect(running.registry.instances('hello')).toEqual([]);
  });
});

describe('a program', () => {
  it.each(['127.0.0.1:8000', 'localhost:8000', '[::1]:8000', 'gateway:8000'])(
    'calls the legacy API as ever, to %s',
    async (host) => {
      running = await startGateway({ ALLOWED_HOSTS: 'gateway' });
      // As curl -d sends it.
      const headers = { Host: host, 'Content-Type': 'application/x-www-form-urlencoded' };
      const body = `hello,${hello.url}`;
      const registered = await ask(`${running.url}/register_service`, { method: 'POST', headers, body });
      expect(registered).toMatchObject({ status: 200, text: 'Service registered successfully' });
      const gone = await ask(`${running.url}/deregister_service`, { method: 'POST', headers, body: 'hello' });
      expect(gone).toMatchObject({ status: 200, text: 'Service deregistered successfully' });
    },
  );

  it('is asked for nothing where the traffic goes through: a host there is the callers’', async () => {
    running = await startGateway();
    running.registry.list({ service_name: 'hello', url: hello.url, routes: [{ path_prefix: '/hello' }] });
    const headers = { Host: 'shop.example', Origin: 'https://other.example', 'Sec-Fetch-Site': 'cross-site' };
    await eventually(async () => (await ask(`${running.url}/hello`, { headers })).status === 200);
  });
});
