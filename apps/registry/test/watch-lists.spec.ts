import { randomUUID } from 'node:crypto';
import type { SseEvent } from './sse-parser';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
});
afterEach(() => registry.stop());

const numbered = (count: number, from = 0) => Array.from({ length: count }, (_, n) => `service-${from + n}`);
const longNames = (count: number) => numbered(count).map((name) => name.padEnd(63, '-'));
const register = (service: string, port: number) =>
  registry.post('/register', {
    service_name: service,
    url: `http://10.0.0.1:${port}`,
    instance_id: `${service}-${port}`,
  });
const serviceOf = ({ data }: SseEvent) => (data as { service_name: string }).service_name;
const names = (events: readonly SseEvent[]) =>
  events.filter(({ event }) => event === 'snapshot').map(serviceOf);

interface Followed {
  readonly stream: SseStream;
  readonly opening: SseEvent[];
  add(services: readonly string[], parts?: object): Promise<number>;
}

async function follow(services: readonly string[] | '*', lastEventId?: string): Promise<Followed> {
  const subscriber = randomUUID();
  const stream = await registry.stream('/watch', { body: { services, subscriber }, lastEventId });
  expect(stream.status).toBe(200);
  const opening =
    lastEventId === undefined && services !== '*'
      ? await stream.take(services.length + 2)
      : await stream.take(1);
  const { stream_secret } = opening[0]?.data as { stream_secret: string };
  return {
    stream,
    opening,
    add: async (more, parts = {}) =>
      (await registry.post('/watch/additions', { subscriber, stream_secret, services: more, ...parts }))
        .status,
  };
}

describe('a list in a body', () => {
  it('is followed as one in the address is', async () => {
    await register('product', 1);
    const { stream, opening } = await follow(['product', 'order']);
    expect(opening.map(({ event }) => event)).toEqual(['hello', 'snapshot', 'snapshot', 'synced']);
    await register('order', 2);
    expect((await stream.take(1)).map(serviceOf)).toEqual(['order']);
    stream.close();
    const everything = await follow('*');
    expect(names(await everything.stream.take(3))).toEqual(['product', 'order']);
    everything.stream.close();
  });

  it('may have ten thousand names, however long they are', async () => {
    const list = longNames(10_000);
    const { stream, opening } = await follow(list);
    expect(names(opening)).toEqual(list);
    await register(list[9999] ?? '', 1);
    expect((await stream.take(1)).map(serviceOf)).toEqual([list[9999]]);
    stream.close();
  });

  it('goes on from the id of its last event', async () => {
    const first = await follow(['product', 'order']);
    const { id } = first.opening.at(-1) ?? {};
    first.stream.close();
    await register('order', 1);
    const again = await follow(['order', 'product'], id);
    expect((await again.stream.take(2)).map(({ event }) => event)).toEqual(['delta', 'synced']);
    again.stream.close();
  });

  it.each([
    ['one name too many', 400, { services: numbered(10_001) }],
    ['more bytes than ten thousand names have', 413, { services: longNames(17_000) }],
    ['no name', 400, { services: [] }],
    ['a name that none may have', 400, { services: ['product', '../etc'] }],
    ['no list', 400, {}],
  ])('is refused with %s', async (_what, status, body) => {
    expect((await registry.post('/watch', body)).status).toBe(status);
  });
});

describe('an addition', () => {
  it('tells of the new services on the stream, and of no other', async () => {
    for (const service of ['product', 'order', 'cart']) await register(service, 1);
    const { stream, add } = await follow(['product']);
    expect(await add(['order', 'product'])).toBe(204);
    const added = await stream.take(2);
    expect(added.map(({ event }) => event)).toEqual(['snapshot', 'synced']);
    expect(names(added)).toEqual(['order']);
    await register('cart', 2);
    await register('order', 2);
    await register('product', 2);
    expect((await stream.take(2)).map(serviceOf)).toEqual(['order', 'product']);
    stream.close();
  });

  it('makes lists of more than ten thousand names', async () => {
    const { stream, add } = await follow(numbered(10_000));
    expect(await add(numbered(10_000, 10_000))).toBe(204);
    expect(names(await stream.take(10_001))).toEqual(numbered(10_000, 10_000));
    stream.close();
  });

  it('lets an instance that is draining wait for this subscriber, until it has acknowledged anew', async () => {
    await registry.clock.advance(5000);
    await register('product', 1);
    await register('order', 1);
    const { stream, add } = await follow(['product']);
    const drain = (wait: number) =>
      registry.post<{ missing: string[] }>(`/instances/order-1/drain?wait_ms=${wait}`, {});
    expect((await drain(0)).body.missing).toHaveLength(0);
    await add(['order']);
    const [, synced] = await stream.take(2);
    expect(synced).toMatchObject({ event: 'synced', data: { ack: true } });
    expect((await drain(0)).body.missing).toHaveLength(1);
    stream.close();
  });

  it('belongs to a stream that is open, and to whoever reads it', async () => {
    const { stream, add } = await follow(['product']);
    expect(await add(['order'], { stream_secret: 'guessed' })).toBe(403);
    expect(await add(['order'], { subscriber: randomUUID() })).toBe(404);
    expect(await add(['a/b'])).toBe(400);
    expect(stream.waiting).toBe(0);
    stream.close();
  });
});

describe('the names on all streams', () => {
  it('are bounded, and a list that is refused costs nobody what is followed already', async () => {
    await registry.stop();
    registry = await startRegistry({ MAX_WATCHED_NAMES: '10', FAIR_SHARES: 'false' });
    const { stream, add } = await follow(numbered(6));
    expect(await add(numbered(5, 6))).toBe(429);
    expect((await registry.post('/watch', { services: numbered(5) })).status).toBe(429);
    expect(await add(numbered(4, 6))).toBe(204);
    expect(names(await stream.take(5))).toEqual(numbered(4, 6));
    stream.close();
    let status = 429;
    while (status === 429) {
      const next = await registry.stream('/watch', { body: { services: numbered(10) } });
      ({ status } = next);
      next.close();
    }
    expect(status).toBe(200);
  });
});
