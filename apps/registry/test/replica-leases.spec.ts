import { createFakeClock, type FakeClock } from '@rollcall/testing';
import fc from 'fast-check';
import { createReachability, type Reachability } from './doubles/reachability';
import { applyEvent } from '../src/use-cases/apply-event';
import { createReader } from './doubles/reader';
import { createSharedEngine, type SharedMemoryEngine } from './doubles/shared-engine/shared-engine';
import { register } from '../src/use-cases/register';
import { setOverride } from '../src/use-cases/set-override';
import { startReplica, TTL_MS, type RunningReplica } from './samples/replica';

/** Lease and then two rounds of reports. */
const LATEST_MS = TTL_MS + 5000;

interface Group {
  readonly clock: FakeClock;
  readonly engine: SharedMemoryEngine;
  readonly network: Reachability;
  readonly replicas: RunningReplica[];
  /** When each service's instance left the list, as the engine has it. */
  readonly evictedAt: Map<string, number[]>;
  start(name: string): Promise<RunningReplica>;
}

async function startGroup(...names: readonly string[]): Promise<Group> {
  const clock = createFakeClock();
  const engine = createSharedEngine(clock);
  const network = createReachability();
  const evictedAt = new Map<string, number[]>();
  const replicas: RunningReplica[] = [];
  engine.log.onEvent((event) => {
    if (event.type !== 'changed') return;
    const { serviceName, remove } = event.change;
    if (remove.length > 0)
      evictedAt.set(serviceName, [...(evictedAt.get(serviceName) ?? []), clock.moment().now]);
  });
  const start = async (name: string): Promise<RunningReplica> => {
    const replica = await startReplica(name, { engine, clock, prober: network.prober });
    replicas.push(replica);
    return replica;
  };
  for (const name of names) await start(name);
  await clock.advance(5000);
  return { clock, engine, network, replicas, evictedAt, start };
}

async function two(): Promise<Group & { one: RunningReplica; other: RunningReplica }> {
  const group = await startGroup('one', 'other');
  const [one, other] = group.replicas;
  if (one === undefined || other === undefined) throw new Error('there are two');
  return { ...group, one, other };
}

const leaders = ({ replicas }: Pick<Group, 'replicas'>): string[] =>
  replicas.filter(({ engine }) => engine.group.leadership !== undefined).map(({ name }) => name);

/** Moves the time on by steps, with something to do at each. */
async function pass(
  clock: FakeClock,
  ms: number,
  each: () => Promise<void> | void = () => undefined,
): Promise<void> {
  for (let at = 0; at < ms; at += 1000) {
    await each();
    await clock.advance(1000);
  }
}

/** Something that takes until a deadline, or several: time goes on for as long as it does. */
async function during(clock: FakeClock, work: Promise<void>): Promise<void> {
  let isOver = false;
  const over = work.finally(() => (isOver = true));
  do await clock.advance(3000);
  while (!isOver);
  await over;
}

describe('leases of instances at two replicas', () => {
  it('has one leader, and both list who registers at either', async () => {
    const group = await two();
    const { one, other, clock } = group;
    await one.register('a');
    await other.register('b');
    await clock.advance(0);
    expect(leaders(group)).toEqual(['one']);
    for (const replica of [one, other])
      expect([replica.entry('a'), replica.entry('b')].map((entry) => entry?.record.instanceId)).toEqual([
        'a',
        'b',
      ]);
  });

  it.each(['one', 'other'] as const)(
    'ends one that is silent at ttl at the earliest and 5 s later at the latest, last heard at the %s',
    async (where) => {
      const group = await two();
      await group[where].register('a');
      await pass(group.clock, 20_000, async () => void (await group[where].beat('a')));
      const silentSince = group.clock.moment().now - 1000;
      await pass(group.clock, LATEST_MS);
      const [at = Infinity, ...more] = group.evictedAt.get('a') ?? [];
      expect(more).toEqual([]);
      expect(at - silentSince).toBeGreaterThanOrEqual(TTL_MS);
      expect(at - silentSince).toBeLessThanOrEqual(LATEST_MS);
      expect([group.one.entry('a'), group.other.entry('a')]).toEqual([undefined, undefined]);
    },
  );

  it('evicts nobody whom only the other replica hears, who does not lead', async () => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    await pass(clock, 60_000, async () => void (await other.beat('a')));
    expect(evictedAt.get('a')).toBeUndefined();
    const heardAt = one.entry('a')?.heardAt ?? 0;
    expect(clock.moment().epochMs - heardAt).toBeLessThanOrEqual(3000);
  });

  it('waits for a report of a replica that is slow to be told', async () => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    other.engine.delayMs = 3000;
    await pass(clock, 30_000, async () => void (await other.beat('a')));
    expect(evictedAt.get('a')).toBeUndefined();
  });

  it('gives everybody a full term when a replica dies, and no instance that moves on is evicted', async () => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    await pass(clock, 10_000, async () => void (await other.beat('a')));
    other.engine.kill();
    // Until then it was heard by the dead one, and the survivor knows of nothing.
    await pass(clock, 17_000);
    expect(evictedAt.get('a')).toBeUndefined();
    expect(await one.beat('a')).toBe(true);
    await pass(clock, 8000);
    expect(evictedAt.get('a')).toBeUndefined();
  });

  it('goes on after the leader has died: somebody else leads, and who is silent goes', async () => {
    const group = await two();
    const { clock, one, other, evictedAt } = group;
    await one.register('a');
    await other.register('b');
    one.engine.kill();
    await pass(clock, 40_000, async () => void (await other.beat('b')));
    expect(leaders({ replicas: [other] })).toEqual(['other']);
    expect(evictedAt.get('a')).toHaveLength(1);
    expect(evictedAt.get('b')).toBeUndefined();
  });

  it('changes nothing as an earlier leader', async () => {
    const { clock, engine, one, other, evictedAt } = await two();
    await one.register('a');
    await other.register('b');
    await clock.advance(0);
    // It is told late that it leads no more.
    one.engine.delayMs = 60_000;
    engine.depose('other');
    await pass(clock, 20_000, async () => void (await other.beat('b')));
    expect(one.engine.group.leadership).toBeDefined();
    expect(evictedAt.get('b')).toBeUndefined();
    one.engine.delayMs = 0;
    await pass(clock, 60_000, async () => void (await other.beat('b')));
    expect(evictedAt.get('b')).toBeUndefined();
    expect(evictedAt.get('a')).toHaveLength(1);
  });

  it('refuses heartbeats at a replica that is cut off before the others count it out', async () => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    other.engine.cutOff();
    const taken: number[] = [];
    const cutAt = clock.moment().now;
    await pass(clock, 12_000, async () => {
      const answer = await other.beat('a').catch((error: unknown) => {
        expect(error).toMatchObject({ code: 'REGISTRY_DETACHED', status: 503 });
        return false;
      });
      if (answer) taken.push(clock.moment().now - cutAt);
      else await one.beat('a');
    });
    expect(Math.max(...taken)).toBeLessThanOrEqual(8000);
    expect(taken.length).toBeGreaterThan(0);
    other.engine.restore();
    await pass(clock, 30_000, async () => void (await one.beat('a')));
    expect(evictedAt.get('a')).toBeUndefined();
    expect(other.engine.store.status).toBe('writable');
    expect(other.entry('a')).toBeDefined();
  });

  it('presumes nothing while all are cut off, and evicts nobody who comes back within a term', async () => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await one.register('b');
    await clock.advance(0);
    for (const { engine } of [one, other]) engine.cutOff();
    await pass(clock, 60_000);
    for (const { engine } of [one, other]) engine.restore();
    await pass(clock, 5000);
    expect(evictedAt.size).toBe(0);
    await pass(clock, 30_000, async () => void (await other.beat('a')));
    expect(evictedAt.get('a')).toBeUndefined();
    expect(evictedAt.get('b')).toHaveLength(1);
  });

  it.each<[string, boolean, object]>([
    ['a replica leaves whose last reports have failed', true, { level: 'warn', orderly: false }],
    ['a replica leaves that has reported all', false, { level: 'info', orderly: true }],
  ])('evicts nobody whom only the other has heard when %s', async (_what, refusesReports, line) => {
    const { clock, one, other, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    await pass(clock, 10_000, async () => void (await other.beat('a')));
    other.engine.refusesReports = refusesReports;
    await pass(clock, 7000, async () => void (await other.beat('a')));

    await during(clock, other.stop());

    expect(one.log.linesOf('replica_left')).toMatchObject([line]);
    await pass(clock, 5000);
    expect(evictedAt.get('a')).toBeUndefined();
    expect(await one.beat('a')).toBe(true);
    await pass(clock, 8000);
    expect(evictedAt.get('a')).toBeUndefined();
  });

  it('loses no instance in a rolling restart', async () => {
    const group = await two();
    const { clock, one, other, evictedAt } = group;
    await one.register('a');
    await clock.advance(0);
    await pass(clock, 5000, async () => void (await one.beat('a')));
    await one.stop();
    await pass(clock, 5000, async () => void (await other.beat('a')));
    const next = await group.start('next');
    await other.stop();
    await pass(clock, 30_000, async () => void (await next.beat('a')));
    expect(leaders({ replicas: [next] })).toEqual(['next']);
    expect(evictedAt.get('a')).toBeUndefined();
    expect(next.entry('a')?.record.registration.url).toBe('http://a');
  });
});

describe('what a leader was about to decide when another one took over', () => {
  it('is no fault: one line says so, whatever it was', async () => {
    const { clock, engine, one, other, network } = await two();
    const request = { service_name: 'legacy', instance_id: 'legacy', url: 'http://legacy', ttl_seconds: 0 };
    await register(one.deps, request, 'spec');
    await one.register('a');
    await clock.advance(0);
    const listed = one.entry('a');
    if (listed === undefined) throw new Error('it is listed');
    await setOverride(
      one.deps,
      listed,
      { status: 'out_of_service', reason: 'new disk', for_ms: 20_000 },
      'spec',
    );
    await clock.advance(0);
    // It is told late that it leads no more.
    one.engine.delayMs = 600_000;
    engine.depose('other');
    network.refuse('http://legacy');
    await pass(clock, 60_000, async () => {
      for (const replica of [one, other]) await replica.beat('a');
    });
    expect(one.engine.group.leadership).toBeDefined();
    expect(one.log.linesOf('leader_fenced')).toMatchObject([{ level: 'info' }]);
    for (const event of ['probe_failed', 'override_end_failed'])
      expect([event, one.log.linesOf(event)]).toEqual([event, []]);
    expect(other.entry('legacy')?.record.standing.condition.status).toBe('suspect');
    expect(other.entry('a')?.record.standing.override).toBeUndefined();
  });
});

describe('changes that a replica has missed', () => {
  it('are made up for from what the store has', async () => {
    const { clock, one, other } = await two();
    await one.register('a');
    await one.register('gone');
    await clock.advance(0);
    const { catalogId } = other.core.catalog;
    other.engine.delayMs = 60_000;
    await one.register('b');
    const beaten = one.entry('gone');
    if (beaten === undefined) throw new Error('it is listed');
    await applyEvent(one.deps, beaten, { type: 'deregistered' }, 'spec');
    await clock.advance(0);
    other.engine.delayMs = 0;
    other.engine.loseChanges();
    const listed = other.core.catalog.services().flatMap(({ records }) => records);
    expect(new Set(listed)).toEqual(new Set(one.core.catalog.services().flatMap(({ records }) => records)));
    expect(listed.map(({ instanceId }) => instanceId).sort()).toEqual(['a', 'b']);
    expect(other.core.catalog.catalogId).toBe(catalogId);
  });

  it('in a store with another history make everything begin anew', async () => {
    const { clock, engine, one, other } = await two();
    await one.register('a');
    await clock.advance(0);
    const reader = createReader({ buffer: 100_000 });
    other.core.hub.open({ list: '*', lastEventId: undefined, identity: 'spec', sink: reader.sink });
    other.openSession('a');
    const { catalogId } = other.core.catalog;
    engine.log.rewind();
    for (const replica of [one, other]) replica.engine.loseChanges();
    expect(reader.state).toBe('ended');
    expect(other.core.catalog.catalogId).not.toBe(catalogId);
    expect([other.core.catalog.instanceCount, other.core.sessions.count]).toEqual([0, 0]);
    await one.register('a');
    await clock.advance(0);
    expect(other.entry('a')?.record.epoch).toBe(other.core.catalog.revision);
  });
});

describe('sessions of instances at two replicas', () => {
  it('are known to the other, which probes before it ends a lease', async () => {
    const { clock, one, other, network, evictedAt } = await two();
    await other.register('a');
    await clock.advance(0);
    other.openSession('a');
    await pass(clock, 3000);
    expect(one.entry('a')?.contact.session).toBe('open');
    await pass(clock, LATEST_MS);
    expect(network.probes.get('http://a')).toBeGreaterThan(0);
    expect(evictedAt.get('a')).toBeUndefined();
  });

  it('are missed at the leader when they break at the other: a dead instance is off the list in a moment', async () => {
    const { clock, other, network, evictedAt } = await two();
    await other.register('a');
    await clock.advance(0);
    const end = other.openSession('a');
    await pass(clock, 3000);
    network.refuse('http://a');
    const endedAt = clock.moment().now;
    end();
    await pass(clock, 2000);
    expect(evictedAt.get('a')?.map((at) => at - endedAt < 2000)).toEqual([true]);
  });

  it('are one for each instance: the one before is superseded, and nobody is suspected', async () => {
    const { clock, one, other, network, evictedAt } = await two();
    await one.register('a');
    await clock.advance(0);
    one.openSession('a');
    await pass(clock, 3000);
    other.openSession('a');
    await pass(clock, 3000);
    expect([one.core.sessions.count, other.core.sessions.count]).toEqual([0, 1]);
    expect(one.entry('a')?.record.standing.condition.status).toBe('up');
    expect(one.entry('a')?.contact.session).toBe('open');
    expect(network.probes.size).toBe(0);
    expect(evictedAt.size).toBe(0);
  });

  it('that has moved contradicts the suspicion of the replica where it was', async () => {
    const { clock, one, other, network } = await two();
    network.refuse('http://a');
    await one.register('a');
    await clock.advance(0);
    const end = one.openSession('a');
    await pass(clock, 3000);
    // The new one is opened before the old one ends, and that has not been reported yet.
    other.openSession('a');
    end();
    await clock.advance(100);
    expect(one.entry('a')?.record.standing.condition.status).toBe('up');
  });

  it('are told to a replica that joins later', async () => {
    const group = await two();
    await group.one.register('a');
    await group.clock.advance(0);
    group.one.openSession('a');
    await pass(group.clock, 5000);
    const late = await group.start('late');
    await pass(group.clock, 4000);
    expect(late.entry('a')?.contact.session).toBe('open');
  });
});

describe('instances whose session goes down with its replica', () => {
  interface Loss extends Group {
    readonly one: RunningReplica;
    readonly other: RunningReplica;
    readonly survivor: RunningReplica;
    readonly lostAt: number;
  }

  /** All have their session at the replica that is killed; resolves once the other one has counted it out. */
  async function lost(which: 'one' | 'other', ...services: readonly string[]): Promise<Loss> {
    const group = await two();
    const { clock } = group;
    const survivor = which === 'one' ? group.other : group.one;
    for (const service of services) await group[which].register(service);
    await clock.advance(0);
    for (const service of services) group[which].openSession(service);
    await pass(clock, 5000, async () => {
      for (const service of services) await group[which].beat(service);
    });
    group[which].engine.kill();
    while (survivor.engine.group.others.size > 0) await clock.advance(100);
    expect(group.network.probes.size).toBe(0);
    return { ...group, survivor, lostAt: clock.moment().now };
  }

  it.each(['one', 'other'] as const)(
    'are probed after five seconds, and are off the list if they are dead: lost with the %s',
    async (which) => {
      const { clock, network, evictedAt, lostAt, survivor } = await lost(which, 'dead', 'alive');
      network.refuse('http://dead');
      await pass(clock, 4000);
      expect([network.probes.size, evictedAt.size]).toEqual([0, 0]);
      await pass(clock, 3000);
      const [at = 0, ...more] = evictedAt.get('dead') ?? [];
      expect(more).toEqual([]);
      expect(at - lostAt).toBeGreaterThanOrEqual(5000);
      expect(at - lostAt).toBeLessThanOrEqual(7000);
      expect(network.probes.get('http://alive')).toBe(1);
      expect(survivor.entry('alive')?.record.standing.condition.status).toBe('up');
      expect(evictedAt.get('alive')).toBeUndefined();
    },
  );

  it('are left alone where they come back, by a heartbeat or by a session', async () => {
    const { clock, network, evictedAt, survivor } = await lost('other', 'heard', 'opened');
    await pass(clock, 2000);
    await survivor.beat('heard');
    survivor.openSession('opened');
    for (const service of ['heard', 'opened']) network.refuse(`http://${service}`);
    await pass(clock, 6000);
    expect([network.probes.size, evictedAt.size]).toEqual([0, 0]);
  });

  it('are not evicted before their lease for a probe that proves nothing', async () => {
    const { clock, network, evictedAt, lostAt } = await lost('other', 'a');
    network.cutOff('http://a');
    await pass(clock, LATEST_MS + 2000);
    expect(network.probes.get('http://a')).toBeGreaterThan(1);
    const [at = 0, ...more] = evictedAt.get('a') ?? [];
    expect(more).toEqual([]);
    expect(at - lostAt).toBeGreaterThanOrEqual(TTL_MS);
  });

  it('have the whole time once more when a second replica is lost', async () => {
    const group = await startGroup('0', '1', '2');
    const { clock, network, evictedAt } = group;
    const [first, second, third] = group.replicas;
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('there are three');
    await third.register('a');
    await clock.advance(0);
    third.openSession('a');
    await pass(clock, 5000);
    third.engine.kill();
    await pass(clock, 2000);
    // What it has heard since its last report nobody will know.
    second.engine.kill();
    while (first.engine.group.others.size > 0) await clock.advance(100);
    network.refuse('http://a');
    await pass(clock, 4000);
    expect([network.probes.size, evictedAt.size]).toEqual([0, 0]);
    await pass(clock, 3000);
    expect(evictedAt.get('a')).toHaveLength(1);
  });
});

describe('whatever happens between replicas', () => {
  const SERVICES = ['steady-1', 'steady-2', 'silent-1', 'silent-2'] as const;
  const step = fc.record({
    who: fc.nat(2),
    what: fc.constantFrom(
      'nothing',
      'nothing',
      'delay',
      'cut',
      'restore',
      'depose',
      'kill',
      'lose',
      'restart' as const,
    ),
    delayMs: fc.constantFrom(0, 50, 1500, 4000),
    seconds: fc.integer({ min: 1, max: 6 }),
    /** Where the instances send their heartbeats meanwhile. */
    at: fc.nat(2),
  });

  it('evicts nobody before its lease has ended, nobody twice, and has all agree in the end', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
        const group = await startGroup('0', '1', '2');
        const { clock, engine, replicas, evictedAt } = group;
        const taken = new Map<string, number[]>(SERVICES.map((service) => [service, []]));
        let born = 3;
        for (const service of SERVICES) {
          await replicas[0]?.register(service);
          taken.get(service)?.push(clock.moment().now);
        }
        await clock.advance(0);

        const beat = async (service: string, first: number): Promise<void> => {
          const at = clock.moment().now;
          // As a registrar does: the next replica that takes it.
          for (let index = 0; index < replicas.length; index += 1) {
            const replica = replicas[(first + index) % replicas.length];
            if (replica === undefined || dead.has(replica)) continue;
            const answer = await replica.beat(service).catch(() => false);
            if (answer) return void taken.get(service)?.push(at);
          }
        };
        const dead = new Set<RunningReplica>();

        for (const { who, what, delayMs, seconds, at } of steps) {
          const replica = replicas[who];
          if (replica !== undefined && !dead.has(replica))
            switch (what) {
              case 'delay':
                replica.engine.delayMs = delayMs;
                break;
              case 'cut':
                replica.engine.cutOff();
                break;
              case 'restore':
                replica.engine.restore();
                break;
              case 'depose':
                if (engine.log.leader !== undefined) engine.depose(replica.name);
                break;
              case 'lose':
                replica.engine.loseChanges();
                break;
              case 'kill':
              case 'restart':
                if (dead.size > 0 && what === 'kill') break;
                if (what === 'kill') replica.engine.kill();
                else await during(clock, replica.stop());
                dead.add(replica);
                replicas[who] = await group.start(`${(born += 1)}`);
                replicas.pop();
                break;
              case 'nothing':
            }
          for (let second = 0; second < seconds; second += 1) {
            for (const service of ['steady-1', 'steady-2']) void beat(service, at + second);
            if (clock.moment().now < 20_000) void beat('silent-1', at);
            await clock.advance(1000);
          }
        }
        for (const replica of replicas) {
          replica.engine.delayMs = 0;
          replica.engine.restore();
        }
        for (let second = 0; second < 60; second += 1) {
          for (const service of ['steady-1', 'steady-2']) void beat(service, second);
          await clock.advance(1000);
        }

        for (const service of SERVICES)
          for (const [nth, at] of (evictedAt.get(service) ?? []).entries()) {
            expect(nth).toBe(0);
            const until = (taken.get(service) ?? []).filter((heard) => heard <= at);
            const gaps = until.map((heard, index) => ({
              heard,
              silentFor: (until[index + 1] ?? at) - heard,
            }));
            expect(gaps.some(({ silentFor }) => silentFor >= TTL_MS)).toBe(true);
          }
        expect(evictedAt.get('silent-1')).toHaveLength(1);
        expect(evictedAt.get('silent-2')).toHaveLength(1);
        const views = replicas.map(({ core }) => core.catalog.services().flatMap(({ records }) => records));
        for (const view of views) expect(new Set(view)).toEqual(new Set(views[0]));
      }),
      { numRuns: 25 },
    );
  });
});
