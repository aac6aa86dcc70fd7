import type { DiscoverResponse, EventsResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { openSession } from './doubles/open-session';
import { startProbedInstance, type ProbedInstance } from './doubles/probed-instance';
import { startRegistry, type RunningRegistry } from './running-registry';

let registry: RunningRegistry;
let instance: ProbedInstance;
beforeEach(async () => {
  registry = await startRegistry();
  instance = await startProbedInstance();
});
afterEach(() => Promise.all([registry.stop(), instance.die()]));

/** Registered as `p-1`, and answering probes as what it is. */
async function registered(parts: Partial<Record<string, unknown>> = {}): Promise<Instance> {
  const { body } = await registry.post<Instance>('/register', {
    service_name: 'product',
    url: instance.url,
    instance_id: 'p-1',
    ...parts,
  });
  instance.answerAs(`${body.instance_id}/${body.epoch}`);
  return body;
}

/** `status (reason)` of each instance, whatever its status. */
async function listed(): Promise<string[]> {
  const { body } = await registry.get<DiscoverResponse>('/discover/product?status=any');
  return body.instances.map(({ status, reason }) =>
    reason === undefined ? status : `${status} (${reason})`,
  );
}

async function reasons(): Promise<string[]> {
  const { body } = await registry.get<EventsResponse>('/events?service=product');
  return body.events.map(({ reason }) => reason);
}

describe('a session', () => {
  it('is opened by the life that is listed, and told so', async () => {
    const { instance_id, epoch } = await registered();
    const stream = await registry.stream(`/instances/${instance_id}/session?epoch=${epoch}`);
    expect(stream.status).toBe(200);
    expect(stream.headers['content-type']).toBe('text/event-stream');
    expect(await stream.take(1)).toEqual([
      {
        event: 'opened',
        id: undefined,
        data: { instance_id: 'p-1', epoch, ping_interval_seconds: 15 },
      },
    ]);
    expect(await registry.metrics()).toContain('rollcall_registry_sessions{service="registry"} 1');
  });

  it.each([
    ['nobody', '/instances/nobody/session?epoch=1', 404, 'INSTANCE_NOT_FOUND'],
    ['another life', '/instances/p-1/session?epoch=2', 409, 'EPOCH_MISMATCH'],
    ['no life in particular', '/instances/p-1/session', 400, 'VALIDATION_FAILED'],
    ['an id that cannot be', '/instances/p%201/session?epoch=1', 400, 'VALIDATION_FAILED'],
  ])('is not opened for %s', async (_whom, path, status, code) => {
    await registered();
    expect(await registry.get(path)).toMatchObject({ status, body: { code } });
  });

  it('is not opened by a HEAD, whose end would be taken for that of the process', async () => {
    await registered();
    expect(await registry.call('HEAD', '/instances/p-1/session?epoch=1')).toMatchObject({ status: 200 });
    expect(await listed()).toEqual(['up']);
  });

  it('is pinged, each once in 15 s', async () => {
    const stream = await openSession(registry, await registered());
    await registry.clock.advance(30_000);
    await eventually(() => stream.comments === 2);
    stream.close();
  });
});

describe('when a session breaks', () => {
  it('and nobody listens any more, the instance is out at once', async () => {
    const stream = await openSession(registry, await registered());
    const watcher = await registry.watch('services=product');
    await watcher.take(3);

    await instance.die();
    stream.close();

    expect(await watcher.take(2)).toMatchObject([
      { event: 'delta', data: { upserted: [{ status: 'suspect', reason: 'session_lost' }], removed: [] } },
      { event: 'delta', data: { upserted: [], removed: ['p-1'] } },
    ]);
    expect(await reasons()).toEqual(['registered as up', 'up → suspect: session_lost', 'refused']);
    watcher.close();
  });

  it('and somebody else listens there now, the instance is out at once', async () => {
    const stream = await openSession(registry, await registered());
    instance.answerAs('p-1/99');
    stream.close();
    await eventually(async () => (await listed()).length === 0);
    expect((await reasons()).at(-1)).toBe('somebody_else');
  });

  it('and the same life answers, it is up again', async () => {
    const stream = await openSession(registry, await registered());
    stream.close();
    await eventually(async () => (await reasons()).includes('suspect → up: probe_answered'));
    expect(await listed()).toEqual(['up']);
  });

  it('one that was starting is starting again, and gets no traffic for it', async () => {
    const stream = await openSession(registry, await registered({ status: 'starting' }));
    stream.close();
    await eventually(async () => (await reasons()).includes('suspect → starting: probe_answered'));
    expect(await listed()).toEqual(['starting']);
  });

  it('and the instance does not answer, it stays a suspect until it answers again', async () => {
    const stream = await openSession(registry, await registered());
    instance.hang();
    stream.close();
    await eventually(() => instance.asked.length === 1);
    expect(await listed()).toEqual(['suspect (session_lost)']);

    instance.answerAs('p-1/1');
    // In small steps: the first probe waits in real time, and the lease must not end under it by the clock's.
    await eventually(async () => {
      await registry.clock.advance(50);
      return (await listed())[0] === 'up';
    });
    expect(instance.asked.length).toBeGreaterThan(1);
  });

  it('a draining instance is off the list: it had said that it was going', async () => {
    const stream = await openSession(registry, await registered());
    await registry.post('/instances/p-1/drain?wait_ms=0', {});
    stream.close();
    await eventually(async () => (await listed()).length === 0);
    expect(instance.asked).toEqual([]);
  });

  it('after a deregistration, nothing happens', async () => {
    const stream = await openSession(registry, await registered());
    await registry.post('/deregister', { instance_id: 'p-1' });
    expect(await stream.take(1)).toMatchObject([{ event: 'closed', data: { reason: 'over' } }]);
    await stream.ended;
    expect(await reasons()).toEqual(['registered as up', 'deregistered']);
  });

  it('late, of a life that another one has superseded, the newer one is not touched', async () => {
    const stream = await openSession(registry, await registered());
    instance.answerAs('p-2/0');
    const { body } = await registry.post<Instance>('/register', {
      service_name: 'product',
      url: instance.url,
      instance_id: 'p-2',
    });
    expect(await stream.take(1)).toMatchObject([{ event: 'closed', data: { reason: 'over' } }]);
    stream.close();
    const newer = await openSession(registry, body);
    expect(await listed()).toEqual(['up']);
    newer.close();
  });

  it('of a life that has registered anew under its own id, the newer one is not touched', async () => {
    const first = await registered();
    const stream = await openSession(registry, first);
    const second = await registered({ version: '2' });
    expect(second.epoch).toBeGreaterThan(first.epoch);
    await stream.ended;
    expect(await listed()).toEqual(['up']);
    expect(await registry.get(`/instances/p-1/session?epoch=${first.epoch}`)).toMatchObject({ status: 409 });
  });
});

describe('a second session of the same life', () => {
  it('takes the place of the first, and nobody is suspected', async () => {
    const itself = await registered();
    const first = await openSession(registry, itself);
    const second = await openSession(registry, itself);
    expect(await first.take(1)).toMatchObject([{ event: 'closed', data: { reason: 'superseded' } }]);
    await first.ended;
    expect(await registry.metrics()).toContain('rollcall_registry_sessions{service="registry"} 1');
    expect(await reasons()).toEqual(['registered as up']);

    await instance.die();
    second.close();
    await eventually(async () => (await listed()).length === 0);
  });

  it('lifts a suspicion', async () => {
    const itself = await registered();
    instance.hang();
    (await openSession(registry, itself)).close();
    await eventually(async () => (await listed())[0] === 'suspect (session_lost)');
    const again = await openSession(registry, itself);
    await eventually(async () => (await listed())[0] === 'up');
    again.close();
  });
});

describe('a registry that goes', () => {
  it('says so to every session and suspects nobody', async () => {
    const stream = await openSession(registry, await registered());
    const watcher = await registry.watch('services=product');
    await watcher.take(3);
    await registry.stop();
    expect(await stream.take(1)).toMatchObject([{ event: 'closed', data: { reason: 'registry_closing' } }]);
    await Promise.all([stream.ended, watcher.ended]);
    expect(watcher.waiting).toBe(0);
    expect(instance.asked).toEqual([]);
  });
});

describe('a lease that ends although there was a session', () => {
  it('is given one further term when the same life answers', async () => {
    const stream = await openSession(registry, await registered());
    await registry.clock.advance(30_000);
    await eventually(() => instance.asked.length === 1);
    for (let second = 0; second < 29; second += 1) {
      await registry.clock.advance(1000);
      expect(await listed()).toEqual(['up']);
    }
    expect(instance.asked).toHaveLength(1);
    // The answer was noted within the first of those seconds.
    await registry.clock.advance(2000);
    await eventually(() => instance.asked.length === 2);
    stream.close();
  });

  it('is over when somebody else answers', async () => {
    const stream = await openSession(registry, await registered());
    instance.answerAs('p-9/1');
    await registry.clock.advance(30_000);
    await eventually(async () => (await listed()).length === 0);
    expect((await reasons()).at(-1)).toBe('somebody_else');
    stream.close();
  });

  it('is over when nothing is said: its process is stopped, or hangs for good', async () => {
    const stream = await openSession(registry, await registered());
    instance.hang();
    await registry.clock.advance(29_999);
    expect([await listed(), instance.asked.length]).toEqual([['up'], 0]);
    await registry.clock.advance(1);
    await eventually(async () => (await listed()).length === 0);
    expect((await reasons()).at(-1)).toBe('lease_ended');
    stream.close();
  });

  it('is called off by a heartbeat that comes while the probe is under way', async () => {
    const stream = await openSession(registry, await registered());
    instance.hang();
    await registry.clock.advance(30_000);
    await eventually(() => instance.asked.length === 1);
    expect(await registry.post('/heartbeat', { instance_id: 'p-1' })).toMatchObject({ status: 200 });
    await eventually(() => instance.waiting === 0);
    await registry.clock.advance(29_999);
    expect(await listed()).toEqual(['up']);
    stream.close();
  });
});

describe('an instance without a lease', () => {
  const advanceUntil = (status: string): Promise<unknown> =>
    eventually(async () => {
      await registry.clock.advance(1000);
      return (await listed())[0] === status;
    });

  it('is probed every 10 s: suspect after two failures, up after one answer, and never evicted', async () => {
    await registered({ ttl_seconds: 0 });
    await registry.clock.advance(9999);
    expect(instance.asked).toEqual([]);
    await registry.clock.advance(1);
    await eventually(() => instance.asked.length === 1);
    expect(await listed()).toEqual(['up']);

    instance.hang();
    await advanceUntil('suspect (probes_failed)');
    expect(instance.asked).toHaveLength(3);

    instance.answerAs(undefined);
    await advanceUntil('up');
    await instance.die();
    await advanceUntil('suspect (probes_failed)');
    await registry.clock.advance(60_000);
    expect(await listed()).toEqual(['suspect (probes_failed)']);
  });
});
