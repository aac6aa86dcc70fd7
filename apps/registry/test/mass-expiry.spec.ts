import type { DiscoverResponse, EventsResponse, GuardReleaseResponse, Instance } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { createReachability, type Reachability } from './doubles/reachability';
import { openSession } from './doubles/open-session';
import { startRegistry, type RunningRegistry } from './running-registry';
import type { SseStream } from './sse-stream';

const INSTANCES = 10;

let registry: RunningRegistry;
let network: Reachability;
let sessions: SseStream[];
beforeEach(async () => {
  network = createReachability();
  registry = await startRegistry({}, { prober: network.prober });
  sessions = [];
  for (let each = 0; each < INSTANCES; each += 1) {
    const { body } = await registry.post<Instance>('/register', {
      service_name: 'product',
      url: `http://10.0.0.${each}:8081`,
      instance_id: `p-${each}`,
    });
    sessions.push(await openSession(registry, body));
  }
});
afterEach(async () => {
  for (const session of sessions) session.close();
  await registry.stop();
});

/** Half of the service is out of the registry's reach, all at once. */
async function halfIsCutOff(): Promise<void> {
  for (let each = 0; each < INSTANCES / 2; each += 1) {
    network.cutOff(`http://10.0.0.${each}:8081`);
    sessions[each]?.close();
  }
  await eventually(async () => {
    await registry.clock.advance(100);
    return (await statuses()).filter((status) => status === 'suspect (held)').length === INSTANCES / 2;
  });
}

async function statuses(): Promise<string[]> {
  const { body } = await registry.get<DiscoverResponse>('/discover/product?status=any');
  return body.instances.map(({ status, reason }) =>
    reason === undefined ? status : `${status} (${reason})`,
  );
}

async function lastEvents(count: number): Promise<EventsResponse['events']> {
  return (await registry.get<EventsResponse>('/events?limit=1000')).body.events.slice(-count);
}

/** Heartbeats of those who can be reached. */
async function othersBeat(): Promise<void> {
  for (let each = INSTANCES / 2; each < INSTANCES; each += 1)
    await registry.post('/heartbeat', { instance_id: `p-${each}` });
}

describe('five of ten instances that are out of reach at once', () => {
  beforeEach(halfIsCutOff);

  it('stay listed as suspects, say why, and get no traffic while others are up', async () => {
    expect(await statuses()).toHaveLength(INSTANCES);
    const { body } = await registry.get<DiscoverResponse>('/discover/product');
    expect(body.instances.map(({ status }) => status)).toEqual(Array(INSTANCES / 2).fill('up'));
    expect(await lastEvents(5)).toMatchObject(
      Array(5).fill({ type: 'status_changed', actor: 'registry', reason: expect.stringContaining('held: ') }),
    );
    expect((await lastEvents(5))[0]?.reason).toMatch(
      /5 of 10 would go within one lease|guard of its service is on/,
    );
    expect(await registry.metrics()).toContain('rollcall_registry_held_instances{service="registry"} 5');
  });

  it('are up again as soon as they answer a probe', async () => {
    for (let each = 0; each < INSTANCES / 2; each += 1) network.reach(`http://10.0.0.${each}:8081`);
    await registry.clock.advance(1000);
    await eventually(async () => (await statuses()).every((status) => status === 'up'));
  });

  it('are gone once somebody releases them', async () => {
    const { status, body } = await registry.post<GuardReleaseResponse>('/services/product/guard/release', {});
    expect(status).toBe(200);
    expect(body.released.toSorted()).toEqual(['p-0', 'p-1', 'p-2', 'p-3', 'p-4']);
    expect(await statuses()).toEqual(Array(INSTANCES / 2).fill('up'));
    expect(await lastEvents(5)).toMatchObject(
      Array(5).fill({ type: 'evicted', actor: 'anonymous', reason: 'released' }),
    );
    expect((await registry.post('/services/product/guard/release', {})).body).toMatchObject({ released: [] });
  });

  it('are gone after two leases, and not before', async () => {
    for (let seconds = 0; seconds < 58; seconds += 2) {
      await othersBeat();
      await registry.clock.advance(2000);
    }
    expect(await statuses()).toHaveLength(INSTANCES);
    await registry.clock.advance(3000);
    await eventually(async () => (await statuses()).length === INSTANCES / 2);
    expect(await lastEvents(5)).toMatchObject(Array(5).fill({ actor: 'registry', reason: 'released' }));
  });
});

describe('five of ten instances that refuse', () => {
  it('are gone at once: somebody has seen them go', async () => {
    for (let each = 0; each < INSTANCES / 2; each += 1) {
      network.refuse(`http://10.0.0.${each}:8081`);
      sessions[each]?.close();
    }
    await eventually(async () => (await statuses()).length === INSTANCES / 2);
    expect(await statuses()).toEqual(Array(INSTANCES / 2).fill('up'));
  });
});

describe('releasing a guard', () => {
  it('wants the name of a service', async () => {
    expect(await registry.post('/services/a%20b/guard/release', {})).toMatchObject({ status: 400 });
    expect(await registry.get('/services/product/guard/release')).toMatchObject({ status: 405 });
  });
});
