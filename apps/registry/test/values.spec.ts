import {
  canonicalInstanceUrl,
  type DiscoverResponse,
  type Instance,
  type Problem,
} from '@rollcall/contracts';
import fc from 'fast-check';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const product = { service_name: 'product', url: 'http://10.0.0.1:8081', instance_id: 'p-1' };

const AWKWARD = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '\ud83d',
  'a\udc00b',
  'a\0b',
  ' padded ',
  '\u00e9',
  'e\u0301',
  '\ufeff',
  '"quoted"\n\\',
  'trailing.',
  '..',
  '.',
  '%00',
  '😀',
  '\u2028',
  'null',
];
const text = fc.oneof(
  fc.constantFrom(...AWKWARD),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }),
  fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
  fc.stringMatching(/^[A-Za-z0-9._:-]{1,20}$/),
);
const host = fc.oneof(
  fc.stringMatching(/^[a-z0-9]{1,8}(\.[a-z0-9]{1,5})?\.?$/),
  fc.constantFrom('a..b', '[::1]', '0x7f.1', 'bücher', '１２７.0.0.1', 'A'),
);
const url = fc.oneof(
  fc
    .tuple(host, fc.integer({ min: 0, max: 70_000 }), text)
    .map(([name, port, path]) => `http://${name}:${port}/${path}`),
  text,
);

/** One text field of a registration at a time: all others are beyond doubt. */
const registration = fc.oneof(
  text.map((service_name) => ({ ...product, service_name })),
  text.map((instance_id) => ({ ...product, instance_id })),
  url.map((address) => ({ ...product, url: address })),
  text.map((version) => ({ ...product, version })),
  text.map((zone) => ({ ...product, zone })),
  fc.array(text, { maxLength: 4 }).map((tags) => ({ ...product, tags })),
  fc.array(fc.tuple(text, text), { maxLength: 4 }).map((entries) => ({
    ...product,
    metadata: Object.fromEntries(entries),
  })),
  text.map((path) => ({ ...product, health_path: `/${path}` })),
);

describe('what is registered', () => {
  it('is read back as it came, in the answer and in a discovery, or is refused', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(registration, async (sent) => {
        const answer = await registry.post<Instance>('/register', sent);
        if ([400, 422].includes(answer.status)) return;
        taken += 1;
        expect(answer.status).toBe(201);
        const canonical = canonicalInstanceUrl(sent.url);
        const expected = { ...sent, url: 'url' in canonical ? canonical.url : undefined };
        expect(answer.body).toMatchObject(expected);
        const name = encodeURIComponent(sent.service_name);
        const found = (await registry.get<DiscoverResponse>(`/discover/${name}?status=any`)).body.instances;
        expect(found).toEqual([answer.body]);
        const listed = (await registry.get<{ services: Record<string, Instance[]> }>('/services')).body
          .services;
        expect(Object.entries(listed)).toEqual([[sent.service_name, [answer.body]]]);
        // By what it is called, it can be reached.
        const by = { instance_id: sent.instance_id, epoch: answer.body.epoch };
        expect((await registry.post('/heartbeat', by)).status).toBe(200);
        const id = encodeURIComponent(sent.instance_id);
        expect((await registry.call('DELETE', `/instances/${id}/override`)).status).toBe(200);
        expect((await registry.post('/deregister', by)).status).toBe(204);
      }),
      { numRuns: 400 },
    );
    expect(taken).toBeGreaterThan(50);
  });

  it('may have the reason of an override of any form', async () => {
    await registry.post('/register', product);
    await fc.assert(
      fc.asyncProperty(text, async (reason) => {
        const answer = await registry.call<Instance>('PUT', '/instances/p-1/override', {
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ status: 'out_of_service', reason }),
        });
        if (answer.status !== 400) expect(answer.body.reason).toBe(reason);
      }),
    );
  });

  it.each(['http://127.0.0.1:0', 'https://product:0/base', 'http://a..b', 'http://a/\u0000', 'http:\\\\a'])(
    'is nowhere that nobody could connect to: %j',
    async (address) => {
      const { status, body } = await registry.post<Problem>('/register', { ...product, url: address });
      expect([status, body.faults?.map(({ path }) => path)]).toEqual([400, ['url']]);
    },
  );
});

describe('null', () => {
  const OPTIONAL = [
    'instance_id',
    'version',
    'zone',
    'tags',
    'weight',
    'metadata',
    'routes',
    'ttl_seconds',
    'health_path',
    'status',
  ];

  it('is nothing, in every optional field and in all of them', async () => {
    const { instance_id: _, ...minimal } = product;
    const { body: plain } = await registry.post<Instance>('/register', minimal);
    for (const field of OPTIONAL)
      expect(await registry.post('/register', { ...minimal, [field]: null })).toMatchObject({
        status: 200,
        body: plain,
      });
    const all = Object.fromEntries(OPTIONAL.map((field) => [field, null]));
    expect(await registry.post('/register', { ...minimal, ...all })).toMatchObject({
      status: 200,
      body: plain,
    });
  });

  it.each([
    ['/heartbeat', { instance_id: 'p-1', service_name: null, url: null, epoch: null, status: null }, 200],
    ['/heartbeat', { instance_id: null, service_name: 'product', url: product.url, epoch: null }, 200],
    ['/instances/p-1/drain?wait_ms=0', { epoch: null }, 200],
    ['/deregister', { instance_id: 'p-1', epoch: null, service_name: null }, 204],
    ['/register', { ...product, url: null }, 400],
  ])('is nothing to %s: %j', async (path, body, status) => {
    await registry.post('/register', product);
    expect((await registry.post(path, body)).status).toBe(status);
  });
});

describe('an answer of the registry that is played back', () => {
  it('is a request for the same', async () => {
    const { body: listed } = await registry.post<Instance>('/register', {
      ...product,
      tags: ['a'],
      status: 'starting',
    });
    expect(await registry.post('/register', listed)).toMatchObject({
      status: 200,
      body: { epoch: listed.epoch },
    });

    const beat = await registry.post('/heartbeat', { ...listed, status: 'up' });
    expect(beat).toMatchObject({ status: 200, body: { instance_id: 'p-1' } });
    expect(await registry.post('/heartbeat', beat.body)).toMatchObject({
      status: 200,
      body: { epoch: listed.epoch },
    });

    const json = { 'content-type': 'application/json' };
    const override = { method: 'PUT', headers: json, body: '{"status":"out_of_service","reason":"disk"}' };
    const out = await registry.call<Instance>('PUT', '/instances/p-1/override', override);
    expect(await registry.post('/register', out.body)).toMatchObject({
      status: 200,
      body: { status: 'out_of_service' },
    });
    const again = { ...override, body: JSON.stringify(out.body) };
    expect(await registry.call('PUT', '/instances/p-1/override', again)).toMatchObject({
      status: 200,
      body: out.body,
    });

    const drained = await registry.post('/instances/p-1/drain?wait_ms=0', out.body);
    expect(drained).toMatchObject({ status: 200 });
    expect(await registry.post('/instances/p-1/drain?wait_ms=0', drained.body)).toMatchObject({
      status: 200,
    });
    expect((await registry.post('/deregister', out.body)).status).toBe(204);
    expect((await registry.get('/discover/product?status=any')).body).toMatchObject({ instances: [] });
  });

  it('speaks of nobody else than whom it was about', async () => {
    const { body: listed } = await registry.post<Instance>('/register', product);
    const { epoch, ...instance } = listed;
    expect((await registry.post('/heartbeat', { ...instance, service_name: 'order' })).status).toBe(404);
    expect((await registry.post('/heartbeat', { ...instance, url: 'http://10.0.0.9' })).status).toBe(404);
    expect((await registry.post('/heartbeat', { ...instance, epoch: epoch + 1 })).status).toBe(409);
  });
});

describe('a body of faults without number', () => {
  it.each([
    ['tags', { tags: Array.from({ length: 20_000 }, () => ({})) }],
    ['unknown fields', Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, 1]))],
    ['metadata', { metadata: Object.fromEntries(Array.from({ length: 4000 }, (_, i) => [`k${i}`, 1])) }],
    ['one long id', { instance_id: ' '.repeat(60_000) }],
  ])('is answered with no more than was sent: %s', async (_what, more) => {
    const { status, body } = await registry.post<Problem>('/register', { ...product, ...more });
    expect([status, body.code]).toEqual([400, 'VALIDATION_FAILED']);
    expect(body.faults?.length).toBeLessThanOrEqual(20);
    expect(JSON.stringify(body).length).toBeLessThan(10_000);
  });
});
