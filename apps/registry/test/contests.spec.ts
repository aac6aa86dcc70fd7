import type {
  DiscoverResponse,
  EventsResponse,
  ExplainResponse,
  Instance,
  Problem,
} from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { openSession } from './doubles/open-session';
import { startProbedInstance, type ProbedInstance } from './doubles/probed-instance';
import { createRecordingLogger, type RecordingLogger } from './doubles/recording-logger';
import { startRegistry, type Answer, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

let registry: RunningRegistry;
let holder: ProbedInstance;
let log: RecordingLogger;
let session: SseStream;
beforeEach(async () => {
  holder = await startProbedInstance();
  log = createRecordingLogger();
  registry = await startRegistry({}, log);
  const { body } = await register('p-1');
  holder.answerAs(`p-1/${body.epoch}`);
  session = await openSession(registry, body);
});
afterEach(async () => {
  session.close();
  await registry.stop();
  await holder.die();
});

function register(
  instance_id: string | undefined,
  more: object = {},
): Promise<Answer<Pick<Instance, 'instance_id' | 'epoch'> & Pick<Problem, 'code' | 'detail'>>> {
  const id = instance_id === undefined ? {} : { instance_id };
  return registry.post('/register', { service_name: 'product', url: holder.url, ...id, ...more });
}
const discovered = async () => (await registry.get<DiscoverResponse>('/discover/product?status=any')).body;
const explained = async () => (await registry.get<ExplainResponse>('/explain/product')).body.instances[0];

describe('a second living process at one address', () => {
  it('is refused as often as it asks, told who holds it and when to ask again, and changes nothing', async () => {
    const before = await discovered();
    for (let count = 0; count < 20; count += 1) {
      const answer = await register('p-2', { version: String(count) });
      expect([answer.status, answer.body.code, answer.headers.get('retry-after')]).toEqual([
        409,
        'ADDRESS_TAKEN',
        '10',
      ]);
      expect(answer.body.detail).toMatch('living instance "p-1"');
    }
    const after = await discovered();
    expect([after.revision, after.instances.map(({ instance_id }) => instance_id)]).toEqual([
      before.revision,
      ['p-1'],
    ]);
  });

  it('is in the log and in the events once, and the holder is warned in /explain and in its heartbeats', async () => {
    await register('p-2');
    await register('p-2');
    expect(log.linesOf('address_taken')).toMatchObject([
      { service_name: 'product', url: holder.url, held_by: 'p-1', refused: 'p-2' },
    ]);
    const { events } = (await registry.get<EventsResponse>('/events')).body;
    expect(events.filter(({ type }) => type === 'address_taken')).toMatchObject([
      { instance_id: 'p-2', url: holder.url, reason: expect.stringContaining('p-1 is alive') },
    ]);
    expect((await explained())?.warnings).toEqual([expect.stringContaining('"p-2", asks for this address')]);
    expect((await registry.post('/heartbeat', { instance_id: 'p-1' })).body).toMatchObject({
      warnings: [expect.stringContaining('ADVERTISE_URL')],
    });
    await registry.clock.advance(20_000);
    await registry.post('/heartbeat', { instance_id: 'p-1' });
    await registry.clock.advance(20_000);
    await registry.post('/heartbeat', { instance_id: 'p-1' });
    await registry.clock.advance(20_000);
    expect((await explained())?.warnings).toEqual([]);
  });

  it.each([
    ['does not say who answers', () => holder.answerAs(undefined)],
    ['takes connections and does not answer', () => holder.hang()],
  ])('is refused, too, while a holder whose session is open %s', async (_what, becomes) => {
    becomes();
    expect((await register('p-2')).status).toBe(409);
  });

  it('has the place at once when the holder has died, drains or was never there', async () => {
    session.close();
    await eventually(async () => (await explained())?.session === 'lost');
    expect((await register('p-2')).status).toBe(201);
    const second = await openSession(registry, (await register('p-2')).body);

    holder.answerAs('p-3/0');
    expect((await register('p-3')).status).toBe(201);
    second.close();
    const third = await openSession(registry, (await register('p-3')).body);

    await registry.post('/instances/p-3/drain?wait_ms=0', {});
    expect((await register('p-4')).status).toBe(201);
    third.close();
  });

  it('may be the same one registering with other content, or one that has no id to be known by', async () => {
    expect((await register('p-1', { version: '2' })).status).toBe(201);
    session.close();
    session = await openSession(registry, (await register('p-1', { version: '2' })).body);
    expect((await register(undefined, { version: '3' })).status).toBe(201);
  });
});

describe('a second living process with one instance_id', () => {
  it('is refused at another address while the first one lives, and told where that is', async () => {
    const answer = await register('p-1', { url: 'http://10.0.0.9:1' });
    expect([answer.status, answer.body.code]).toEqual([409, 'INSTANCE_ID_TAKEN']);
    expect(answer.body.detail).toMatch(holder.url);
    expect((await explained())?.warnings).toEqual([expect.stringContaining('id of its own')]);
    expect(log.linesOf('id_taken')).toHaveLength(1);
  });

  it('may have it once the first one has gone', async () => {
    await holder.die();
    session.close();
    await eventually(async () => (await discovered()).instances.length === 0);
    expect((await register('p-1', { url: 'http://10.0.0.9:1' })).status).toBe(201);
  });
});
