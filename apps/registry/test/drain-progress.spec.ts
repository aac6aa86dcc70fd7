import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrainProgress, DrainResponse, WatchHello } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import { openSseStream, type SseStream } from './sse-stream';

const product = { service_name: 'product', url: 'http://10.0.0.1:1', instance_id: 'p-1' };
const START = 1_700_000_000;

let registry: RunningRegistry;
const streams: SseStream[] = [];
afterEach(async () => {
  for (const stream of streams.splice(0)) stream.close();
  await registry.stop();
});

/** A bearer of that token, or anybody. */
function caller(token?: string) {
  const headers: Record<string, string> = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const json = { ...headers, 'content-type': 'application/json' };
  const post = <T>(path: string, body: object): Promise<Answer<T>> =>
    registry.call<T>('POST', path, { headers: json, body: JSON.stringify(body) });
  return {
    get: <T>(path: string): Promise<Answer<T>> => registry.call<T>('GET', path, { headers }),
    post,
    /** Once it has begun to follow, with its stream open. */
    async subscribe(query: Readonly<Record<string, string>>, { asBody = false } = {}) {
      const subscriber = randomUUID();
      const { services = 'product', ...more } = query;
      const opening = token === undefined ? {} : { token };
      const stream = await (asBody
        ? openSseStream(`${registry.url}/watch`, {
            ...opening,
            body: { services: [services], subscriber, ...more },
          })
        : openSseStream(
            `${registry.url}/watch?${new URLSearchParams({ services, subscriber, ...more })}`,
            opening,
          ));
      streams.push(stream);
      const [hello] = await stream.take(1);
      const { stream_secret } = hello?.data as WatchHello;
      const ack = (revision: number, parts = {}) =>
        post('/acks', { subscriber, stream_secret, revision, ...parts });
      return { id: subscriber, stream, ack };
    },
  };
}

const progress = (token?: string, query = '') =>
  caller(token).get<DrainProgress>(`/instances/p-1/drain${query}`);
const drain = (token?: string) => caller(token).post<DrainResponse>('/instances/p-1/drain?wait_ms=0', {});

describe('the progress of a drain', () => {
  beforeEach(async () => {
    registry = await startRegistry();
    await registry.post('/register', product);
    await registry.clock.advance(5000);
  });

  it('is none before anybody asks for one, and asking begins none', async () => {
    await caller().subscribe({});
    const expected = { ...product, epoch: 1, draining: false, since: null, acked: [], missing: [] };
    for (const { status, body } of [await progress(), await progress()])
      expect([status, body]).toMatchObject([200, { ...expected, subscribers: [], complete: false }]);
    expect((await registry.get('/discover/product')).body).toMatchObject({ instances: [{ status: 'up' }] });
  });

  it('names who has not acknowledged, until all have', async () => {
    await registry.post('/register', { service_name: 'gateway', url: 'http://g:1', instance_id: 'gw-1' });
    await registry.post('/register', { service_name: 'billing', url: 'http://b:1', instance_id: 'b-1' });
    const gateway = await caller().subscribe({ services: '*', as: 'gw-1' });
    const billing = await caller().subscribe({ as: 'b-1' }, { asBody: true });
    const nameless = await caller().subscribe({});
    await registry.clock.advance(7000);
    const { body: asked } = await drain();
    await nameless.ack(asked.revision);
    await gateway.ack(asked.revision);

    const { body } = await progress();
    expect(body).toMatchObject({
      draining: true,
      since: START + 12,
      revision: asked.revision,
      complete: false,
    });
    const known = { connected: true, actor: 'anonymous' };
    expect(body.subscribers).toEqual([
      { ...known, subscriber: expect.any(String), acked: false, instance_id: 'b-1', service_name: 'billing' },
      { ...known, subscriber: expect.any(String), acked: true, instance_id: 'gw-1', service_name: 'gateway' },
      { ...known, subscriber: expect.any(String), acked: true, instance_id: null, service_name: null },
    ]);
    expect(body.missing).toEqual([body.subscribers[0]?.subscriber]);
    expect((await drain()).body.subscribers).toEqual(body.subscribers);

    await billing.ack(asked.revision);
    expect((await progress()).body).toMatchObject({ missing: [], complete: true });
  });

  it('tells who has lost its stream from who has one, and waits for it no longer than a drain does', async () => {
    const lost = await caller().subscribe({ as: 'b-1' });
    await drain();
    lost.stream.close();
    // Of its end the registry learns from its socket.
    await eventually(async () => (await progress()).body.subscribers[0]?.connected === false);
    expect((await progress()).body).toMatchObject({ complete: false, subscribers: [{ instance_id: 'b-1' }] });
    await registry.clock.advance(5000);
    expect((await progress()).body).toMatchObject({ complete: true, subscribers: [] });
  });

  it('is of the incarnation that is listed, and ends with it', async () => {
    await drain();
    expect((await progress(undefined, '?epoch=1')).status).toBe(200);
    expect(await progress(undefined, '?epoch=9')).toMatchObject({
      status: 409,
      body: { code: 'EPOCH_MISMATCH' },
    });
    await registry.post('/register', product);
    expect((await progress()).body).toMatchObject({ draining: false, since: null });
    await registry.post('/deregister', { instance_id: 'p-1' });
    expect(await progress()).toMatchObject({ status: 404, body: { code: 'INSTANCE_NOT_FOUND' } });
  });

  it('says which instance is meant, where two services have one of the id', async () => {
    await registry.post('/register', { ...product, service_name: 'order' });
    expect(await progress()).toMatchObject({ status: 409, body: { code: 'INSTANCE_ID_AMBIGUOUS' } });
    expect((await progress(undefined, '?service=order')).body).toMatchObject({ service_name: 'order' });
  });

  it('keeps since when over another change of the instance', async () => {
    await drain();
    await registry.clock.advance(3000);
    await registry.call('PUT', '/instances/p-1/override', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ status: 'out_of_service', reason: 'new disk' }),
    });
    expect((await progress()).body).toMatchObject({ draining: true, since: START + 5 });
  });

  it.each(['epoch=0', 'epoch=x', 'service=a/b', 'wait_ms=1'])('is refused for ?%s', async (query) => {
    expect(await progress(undefined, `?${query}`)).toMatchObject({ status: 400 });
  });

  it.each(['', '.', '..', 'a b', 'a/b', 'ü', '\u001b[31m', 'a'.repeat(129), 'a\u0000'])(
    'is spared subscribers that say they are %j',
    async (as) => {
      for (const answer of [
        await registry.get(`/watch?${new URLSearchParams({ services: '*', as })}`),
        await registry.post('/watch', { services: '*', as }),
      ])
        expect(answer).toMatchObject({ status: 400, body: { faults: [{ path: 'as' }] } });
    },
  );

  it('takes the name of a watcher that takes no part in drains, and does not wait for it', async () => {
    streams.push(await registry.watch('services=product&as=b-1'));
    expect((await drain()).body).toMatchObject({ complete: true, subscribers: [] });
  });
});

describe('where tokens are asked for, the name of a subscriber', () => {
  const tokens = {
    reader: ['read'],
    gateway: ['read', 'write:gateway'],
    billing: ['read', 'write:billing'],
    product: ['read', 'write:product'],
    deployer: ['read', 'write:*'],
    operator: ['read', 'admin'],
  };
  const tokenOf = (name: string) => `${name}-token-of-a-spec`;
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-names-'));
    const path = join(folder, 'tokens.json');
    const list = Object.entries(tokens).map(([name, scopes]) => ({ name, token: tokenOf(name), scopes }));
    await writeFile(path, JSON.stringify({ tokens: list }));
    registry = await startRegistry({ REGISTRY_TOKENS_FILE: path });
    await caller(tokenOf('product')).post('/register', product);
    await caller(tokenOf('gateway')).post('/register', {
      service_name: 'gateway',
      url: 'http://g:1',
      instance_id: 'gw-1',
    });
    await registry.clock.advance(5000);
  });
  afterEach(() => rm(folder, { recursive: true }));

  it.each([
    ['gateway', 'gw-1', { instance_id: 'gw-1', service_name: 'gateway' }],
    ['deployer', 'gw-1', { instance_id: 'gw-1', service_name: 'gateway' }],
    ['deployer', 'not-listed-yet', { instance_id: 'not-listed-yet', service_name: null }],
    ['billing', 'gw-1', { instance_id: null, service_name: null }],
    ['reader', 'gw-1', { instance_id: null, service_name: null }],
    ['operator', 'gw-1', { instance_id: null, service_name: null }],
    ['gateway', 'p-1', { instance_id: null, service_name: null }],
    ['gateway', 'not-listed-yet', { instance_id: null, service_name: null }],
  ])('is believed of the token of %s as %s only where it may write that service', async (name, as, shown) => {
    await caller(tokenOf(name)).subscribe({ as });
    const { body } = await drain(tokenOf('product'));
    expect(body.subscribers).toMatchObject([{ ...shown, acked: false, actor: name }]);
  });

  it('is believed from when the instance is registered: a process subscribes first', async () => {
    await caller(tokenOf('billing')).subscribe({ as: 'b-1' });
    const before = await drain(tokenOf('product'));
    expect(before.body.subscribers).toMatchObject([{ instance_id: null }]);
    const billing = { service_name: 'billing', url: 'http://b:1', instance_id: 'b-1' };
    await caller(tokenOf('billing')).post('/register', billing);
    expect((await progress(tokenOf('reader'))).body.subscribers).toMatchObject([
      { instance_id: 'b-1', service_name: 'billing', actor: 'billing' },
    ]);
  });

  it('is shown to whoever may read, the id of the subscriber to admins alone', async () => {
    const { id } = await caller(tokenOf('gateway')).subscribe({ as: 'gw-1' });
    await drain(tokenOf('product'));
    const [ofReader] = (await progress(tokenOf('reader'))).body.subscribers;
    expect(ofReader).toMatchObject({
      instance_id: 'gw-1',
      subscriber: expect.stringMatching(/^subscriber-/),
    });
    expect((await progress(tokenOf('operator'))).body).toMatchObject({
      missing: [id],
      subscribers: [{ subscriber: id, instance_id: 'gw-1' }],
    });
  });

  it('needs the scope read to be asked for', async () => {
    const writer = await caller().get('/instances/p-1/drain');
    expect(writer.status).toBe(401);
  });
});
