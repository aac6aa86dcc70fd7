import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { request } from 'node:http';
import type { DiscoverResponse, DrainResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import type { SseEvent } from './sse-parser';
import type { SseStream } from './sse-stream';

let registry: RunningRegistry;
beforeEach(async () => {
  registry = await startRegistry();
  await registry.post('/register', { service_name: 'product', url: 'http://10.0.0.1:1', instance_id: 'p-1' });
});
afterEach(() => registry.stop());

/** A watcher that takes part in drains. */
interface Subscriber {
  readonly id: string;
  readonly stream: SseStream;
  /** What its stream began with, the hello left out. */
  readonly opening: readonly SseEvent[];
  ack(revision: number, parts?: object): Promise<Answer<unknown>>;
}

const byType = (events: readonly SseEvent[], type: string) => events.find(({ event }) => event === type);

async function subscribe(
  services = 'product',
  { id = randomUUID(), lastEventId }: { id?: string; lastEventId?: string } = {},
): Promise<Subscriber> {
  const stream = await registry.watch(`services=${services}&subscriber=${id}`, lastEventId);
  const opening: SseEvent[] = [];
  while (byType(opening, 'synced') === undefined) opening.push(...(await stream.take(1)));
  const { stream_secret } = byType(opening, 'hello')?.data as { stream_secret: string };
  return {
    id,
    stream,
    opening: opening.slice(1),
    ack: (revision, parts = {}) =>
      registry.post('/acks', { subscriber: id, stream_secret, revision, ...parts }),
  };
}

/** After the first 5 s, when the list of subscribers counts as complete. */
const settled = (): Promise<void> => registry.clock.advance(5000);

const drain = (waitMs = 60_000, body: object = {}) =>
  registry.post<DrainResponse>(`/instances/p-1/drain?wait_ms=${waitMs}`, body);

/** The revision of the delta that asks for an acknowledgement. */
async function asked(subscriber: Subscriber): Promise<number> {
  const [delta] = await subscriber.stream.take(1);
  expect(delta).toMatchObject({ event: 'delta', data: { ack: true, upserted: [{ status: 'draining' }] } });
  return (delta?.data as { revision: number }).revision;
}

/** Whether it has been answered, once everything that is under way in this process has gone on. */
async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  let answered = false;
  void answer.then(() => (answered = true));
  await registry.get('/services');
  return answered;
}

describe('a drain', () => {
  it('is answered once every subscriber of the service has acknowledged', async () => {
    const [one, other] = [await subscribe(), await subscribe('*')];
    const stranger = await subscribe('order');
    const observer = await registry.watch('services=product');
    await settled();

    const answer = drain();
    const revision = await asked(one);
    expect(await one.ack(revision)).toMatchObject({ status: 204 });
    expect(await isAnswered(answer)).toBe(false);
    await asked(other);
    await other.ack(revision);

    const { status, body } = await answer;
    expect(status).toBe(200);
    expect(body).toMatchObject({ instance_id: 'p-1', epoch: 1, revision, missing: [], complete: true });
    expect(new Set(body.acked)).toEqual(new Set([one.id, other.id]));
    expect(stranger.stream.waiting).toBe(0);
    expect((await registry.get<DiscoverResponse>('/discover/product')).body.instances).toEqual([]);
    for (const { stream } of [one, other, stranger, { stream: observer }]) stream.close();
  });

  it('is answered at once where nobody subscribes', async () => {
    await settled();
    expect((await drain()).body).toMatchObject({ acked: [], missing: [], complete: true });
  });

  it('is answered at the deadline, with who is missing', async () => {
    const [prompt, slow] = [await subscribe(), await subscribe()];
    await settled();
    const answer = drain(2000);
    await prompt.ack(await asked(prompt));
    await asked(slow);
    await registry.clock.advance(1999);
    expect(await isAnswered(answer)).toBe(false);
    await registry.clock.advance(1);
    expect((await answer).body).toMatchObject({ acked: [prompt.id], missing: [slow.id], complete: false });
    // Its word counts all the same, for whoever asks next.
    await slow.ack(2);
    expect((await drain()).body).toMatchObject({ missing: [], complete: true });
    for (const { stream } of [prompt, slow]) stream.close();
  });

  it('waits a minute at most', async () => {
    const silent = await subscribe();
    await settled();
    const answer = drain(3_600_000);
    await asked(silent);
    await registry.clock.advance(60_000);
    expect((await answer).body).toMatchObject({ missing: [silent.id] });
    silent.stream.close();
  });

  it('in the first 5 s of a registry waits for subscribers to find back to it', async () => {
    const hasty = await drain(0);
    expect(hasty.body).toMatchObject({ acked: [], missing: [], complete: false });

    const answer = drain();
    const back = await subscribe();
    expect(byType(back.opening, 'synced')?.data).toEqual({ revision: 2, ack: true });
    await registry.clock.advance(5000);
    expect(await isAnswered(answer)).toBe(false);
    await back.ack(2);
    expect((await answer).body).toMatchObject({ acked: [back.id], complete: true });
    back.stream.close();
  });

  it('said twice is one drain, and both wait', async () => {
    const subscriber = await subscribe();
    await settled();
    const answers = [drain(), drain()];
    const revision = await asked(subscriber);
    await subscriber.ack(revision);
    for (const { body } of await Promise.all(answers))
      expect(body).toMatchObject({ revision, complete: true });
    expect(subscriber.stream.waiting).toBe(0);
    subscriber.stream.close();
  });

  it('is over when the instance leaves meanwhile', async () => {
    const subscriber = await subscribe();
    await settled();
    const answer = drain();
    await asked(subscriber);
    await registry.post('/deregister', { instance_id: 'p-1' });
    expect((await answer).body).toMatchObject({ missing: [subscriber.id], complete: false });
    subscriber.stream.close();
  });

  it('keeps no registry from going', async () => {
    const subscriber = await subscribe();
    await settled();
    const answer = drain();
    await asked(subscriber);
    await registry.stop();
    expect((await answer).body).toMatchObject({ complete: false });
  });

  it('goes on when its caller has gone', async () => {
    const subscriber = await subscribe();
    const answer = request(`${registry.url}/instances/p-1/drain?wait_ms=60000`, {
      method: 'POST',
      agent: false,
    });
    const failed = once(answer, 'error');
    answer.end();
    await asked(subscriber);
    answer.destroy(new Error('gone'));
    await failed;
    const { body } = await registry.get<DiscoverResponse>('/discover/product?status=draining');
    expect(body.instances).toHaveLength(1);
    subscriber.stream.close();
  });

  it.each([
    ['of nobody', '/instances/nobody/drain', {}, 404, 'INSTANCE_NOT_FOUND'],
    ['of another life', '/instances/p-1/drain', { epoch: 9 }, 409, 'EPOCH_MISMATCH'],
    ['with a wait that is none', '/instances/p-1/drain?wait_ms=-1', {}, 400, 'VALIDATION_FAILED'],
    ['with a body that is none', '/instances/p-1/drain', { epoch: 'one' }, 400, 'VALIDATION_FAILED'],
  ])('%s is refused and changes nothing', async (_what, path, body, status, code) => {
    expect(await registry.post(path, body)).toMatchObject({ status, body: { code } });
    expect((await registry.get<DiscoverResponse>('/discover/product')).body.instances).toHaveLength(1);
  });
});

describe('a subscriber', () => {
  it('that closes its stream is waited for 5 s longer, and not at all after that', async () => {
    const subscriber = await subscribe();
    await settled();
    const answer = drain();
    await asked(subscriber);
    subscriber.stream.close();
    await eventually(async () => (await registry.metrics()).includes('watchers{service="registry"} 0'));
    await registry.clock.advance(4999);
    expect(await isAnswered(answer)).toBe(false);
    await registry.clock.advance(1);
    expect((await answer).body).toMatchObject({ acked: [], missing: [], complete: true });
  });

  it('that says goodbye is not waited for', async () => {
    const subscriber = await subscribe();
    await settled();
    const answer = drain();
    await asked(subscriber);
    expect(await subscriber.ack(0, { goodbye: true })).toMatchObject({ status: 204 });
    expect((await answer).body).toMatchObject({ acked: [], missing: [], complete: true });
    subscriber.stream.close();
  });

  it('that comes late is asked, because it may know the instance from before', async () => {
    await settled();
    const early = await subscribe();
    const answer = drain();
    const revision = await asked(early);
    const late = await subscribe('*');
    expect(byType(late.opening, 'synced')?.data).toEqual({ revision, ack: true });
    await early.ack(revision);
    expect(await isAnswered(answer)).toBe(false);
    await late.ack(revision);
    expect((await answer).body).toMatchObject({ complete: true });
    for (const { stream } of [early, late]) stream.close();
  });

  it('that comes back is asked again, unless it has acknowledged before', async () => {
    const before = await subscribe();
    const lastEventId = byType(before.opening, 'synced')?.id ?? '';
    before.stream.close();
    await settled();
    const answer = drain();
    const again = await subscribe('product', { id: before.id, lastEventId });
    expect(again.opening).toMatchObject([
      { event: 'delta', data: { ack: true } },
      { event: 'synced', data: { ack: true } },
    ]);
    await again.ack(2);
    expect((await answer).body).toMatchObject({ acked: [before.id], complete: true });

    again.stream.close();
    const third = await subscribe('product', { id: before.id });
    expect((await drain(0)).body).toMatchObject({ acked: [before.id], complete: true });
    third.stream.close();
  });

  it('that begins to follow a service has not acknowledged for it yet', async () => {
    const before = await subscribe('order');
    await settled();
    const answer = drain();
    await eventually(async () => {
      const { body } = await registry.get<DiscoverResponse>('/discover/product?status=draining');
      return body.instances.length === 1;
    });
    await before.ack(2);
    const both = await subscribe('order,product', { id: before.id });
    expect((await answer).body).toMatchObject({ complete: true });
    expect((await drain(0)).body).toMatchObject({ missing: [before.id], complete: false });
    for (const { stream } of [before, both]) stream.close();
  });

  it('with several streams is one subscriber', async () => {
    const first = await subscribe();
    const second = await subscribe('*', { id: first.id });
    await settled();
    const answer = drain();
    await second.ack(await asked(second));
    expect((await answer).body.acked).toEqual([first.id]);
    first.stream.close();
    second.stream.close();
  });
});

describe('an acknowledgement', () => {
  it('needs the secret of its stream', async () => {
    const [one, other] = [await subscribe(), await subscribe()];
    expect(await one.ack(1, { stream_secret: randomUUID() })).toMatchObject({
      status: 403,
      body: { code: 'STREAM_SECRET_WRONG' },
    });
    expect(await one.ack(1, { subscriber: other.id })).toMatchObject({ status: 403 });
    for (const { stream } of [one, other]) stream.close();
  });

  it('of nobody who watches is refused', async () => {
    const subscriber = await subscribe();
    expect(await subscriber.ack(1, { subscriber: randomUUID() })).toMatchObject({
      status: 404,
      body: { code: 'SUBSCRIBER_UNKNOWN' },
    });
    subscriber.stream.close();
    await eventually(async () => (await registry.metrics()).includes('watchers{service="registry"} 0'));
    await registry.clock.advance(5000);
    expect(await subscriber.ack(1)).toMatchObject({ status: 404 });
  });

  it('of what has not happened yet does not count when it has', async () => {
    const subscriber = await subscribe();
    await settled();
    expect(await subscriber.ack(1_000_000)).toMatchObject({ status: 204 });
    expect((await drain(0)).body).toMatchObject({ missing: [subscriber.id], complete: false });
    subscriber.stream.close();
  });
});
