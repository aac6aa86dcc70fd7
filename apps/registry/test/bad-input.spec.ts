import type { Problem } from '@rollcall/contracts';
import fc from 'fast-check';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeAll(async () => {
  registry = await startRegistry();
});
afterAll(() => registry.stop());
afterEach(async () => {
  // Whatever was refused, nothing of it was stored.
  expect((await registry.get('/services')).body).toMatchObject({ revision: 0, services: {} });
});

const json = (body: string): RequestInit => ({ headers: { 'content-type': 'application/json' }, body });

describe('bad input', () => {
  it('is answered with every fault at once', async () => {
    const { status, headers, body } = await registry.post<Problem>('/register', {
      service_name: 'a/b',
      url: 'ftp://x',
      weight: 0,
      ttl_seconds: 3,
      colour: 'blue',
    });
    expect(status).toBe(400);
    expect(headers.get('content-type')).toContain('application/problem+json');
    expect(body.faults?.map(({ path }) => path).sort()).toEqual([
      'colour',
      'service_name',
      'ttl_seconds',
      'url',
      'weight',
    ]);
  });

  it.each([
    ['malformed JSON', 'POST', '/register', json('{"service_name":'), 400, 'MALFORMED_JSON'],
    ['no body', 'POST', '/heartbeat', {}, 400, 'VALIDATION_FAILED'],
    ['half a reference', 'POST', '/heartbeat', json('{"service_name":"product"}'), 400, 'VALIDATION_FAILED'],
    [
      'half of another reference',
      'POST',
      '/deregister',
      json('{"url":"http://p"}'),
      400,
      'VALIDATION_FAILED',
    ],
    [
      'a body of another type',
      'POST',
      '/register',
      { body: 'product,http://p' },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'too large a body',
      'POST',
      '/register',
      json(JSON.stringify({ x: 'x'.repeat(70_000) })),
      413,
      'BODY_TOO_LARGE',
    ],
    ['a bad service name', 'GET', '/discover/a%20b', {}, 400, 'VALIDATION_FAILED'],
    ['a bad escape', 'GET', '/discover/%zz', {}, 400, 'BAD_REQUEST'],
    ['a bad wait', 'GET', '/discover/product?index=0&wait=long', {}, 400, 'VALIDATION_FAILED'],
    ['a wait for nothing', 'GET', '/discover/product?wait=1s', {}, 400, 'VALIDATION_FAILED'],
    ['a query given twice', 'GET', '/discover/product?tag=a&tag=b', {}, 400, 'VALIDATION_FAILED'],
    ['an unknown query', 'GET', '/events?servce=product', {}, 400, 'VALIDATION_FAILED'],
    ['a watch of nothing', 'GET', '/watch', {}, 400, 'VALIDATION_FAILED'],
    ['a watch of no names', 'GET', '/watch?services=,', {}, 400, 'VALIDATION_FAILED'],
    ['an unknown path', 'GET', '/instances', {}, 404, 'NOT_FOUND'],
  ])('%s', async (_what, method, path, init, status, code) => {
    const answer = await registry.call(method, path, init);
    expect(answer).toMatchObject({ status, body: { code } });
  });

  it.each([
    ['GET', '/register', 'POST'],
    ['POST', '/discover/product', 'GET, HEAD'],
    ['DELETE', '/watch', 'GET, HEAD, POST'],
  ])('%s %s is told which methods there are', async (method, path, allow) => {
    const answer = await registry.call(method, path);
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, allow]);
  });

  it('of any kind is refused, and breaks nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('/register', '/heartbeat', '/deregister'),
        fc.oneof(
          fc.json(),
          fc.string(),
          fc
            .record(
              {
                service_name: fc.oneof(fc.string(), fc.constantFrom('__proto__', '..', 'ok ')),
                url: fc.oneof(fc.string(), fc.constantFrom('http://', 'http://[::1', 'file:///etc/passwd')),
                epoch: fc.anything(),
                metadata: fc.anything(),
                tags: fc.anything(),
              },
              { requiredKeys: [] },
            )
            .map((body) =>
              JSON.stringify(body, (_key, value: unknown) => (typeof value === 'bigint' ? 1 : value)),
            ),
        ),
        async (path, body) => {
          const { status } = await registry.call('POST', path, json(body));
          expect(status).toBe(400);
        },
      ),
      { numRuns: 300 },
    );
  });
});
