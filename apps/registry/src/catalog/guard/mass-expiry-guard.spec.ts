import fc from 'fast-check';
import { openCatalog, type OpenCatalog } from '../../../test/samples/open-catalog';
import { applyEvent } from '../../use-cases/apply-event';
import { endLapsedLeases } from '../../use-cases/end-lapsed-leases';
import { heartbeat } from '../../use-cases/heartbeat';
import { register } from '../../use-cases/register';
import { releaseHeld } from '../../use-cases/release-held';
import type { Entry } from '../entry';
import type { InstanceEvent, ProbeOutcome } from '../instance/instance-event';

/** A catalog with so many instances of one service, named `0`, `1`, …, each of which has a session. */
async function withInstances(count: number): Promise<OpenCatalog> {
  const open = await openCatalog({ bounds: { maxInstances: 100_000, maxServices: 100 } });
  for (let each = 0; each < count; each += 1) {
    await add(open, each);
    await happens(open, each, { type: 'session_opened' });
  }
  return open;
}

async function add(open: OpenCatalog, instance: number): Promise<void> {
  const url = `http://10.0.0.1:${instance + 1}`;
  await register(open, { service_name: 'product', url, instance_id: String(instance) }, 'spec');
}

function entryOf({ catalog }: OpenCatalog, instance: number): Entry | undefined {
  return catalog.named(String(instance))[0];
}

async function happens(open: OpenCatalog, instance: number, event: InstanceEvent): Promise<void> {
  const entry = entryOf(open, instance);
  if (entry !== undefined) await applyEvent(open, entry, event, 'spec');
}

const probed = (open: OpenCatalog, instance: number, outcome: ProbeOutcome): Promise<void> =>
  happens(open, instance, { type: 'probed', outcome });

/** Its session breaks, and two probes find nobody. */
async function vanish(open: OpenCatalog, instances: readonly number[]): Promise<void> {
  for (const each of instances) await happens(open, each, { type: 'session_lost' });
  for (const _probe of ['first', 'second'])
    for (const each of instances) await probed(open, each, 'timed_out');
}

/** How each instance stands: `up`, `suspect`, `held`, or `gone`. */
function standing(open: OpenCatalog, count: number): string {
  return Array.from({ length: count }, (_, each) => {
    const condition = entryOf(open, each)?.record.standing.condition;
    if (condition === undefined) return 'gone';
    return condition.status === 'suspect' && condition.cause === 'held' ? 'held' : condition.status;
  }).join(' ');
}

const beat = async (open: OpenCatalog, instances: readonly number[]): Promise<void> => {
  for (const each of instances) {
    const entry = entryOf(open, each);
    if (entry !== undefined) await heartbeat(open, entry, undefined, 'spec');
  }
};

describe('the mass-expiry guard', () => {
  it('keeps the half of a service that vanishes at once, the first of it as well', async () => {
    const open = await withInstances(10);
    await vanish(open, [0, 1, 2, 3, 4]);
    expect(standing(open, 10)).toBe('held held held held held up up up up up');
    expect(open.guard.heldCount).toBe(5);
  });

  it('lets less than half of it go', async () => {
    const open = await withInstances(10);
    await vanish(open, [0, 1, 2, 3]);
    expect(standing(open, 10)).toBe('gone gone gone gone up up up up up up');
  });

  it('lets one of two go, and both of two: so few are no majority', async () => {
    const open = await withInstances(2);
    await vanish(open, [0, 1]);
    expect(standing(open, 2)).toBe('gone gone');
  });

  it('counts those who went one after the other within a lease, and then keeps who is left', async () => {
    const open = await withInstances(6);
    for (const each of [0, 1, 2, 3]) {
      await vanish(open, [each]);
      await open.clock.advance(3000);
      await beat(open, [4, 5]);
    }
    expect(standing(open, 6)).toBe('gone gone held held up up');
  });

  it('does not count those who went longer ago than a lease', async () => {
    const open = await withInstances(6);
    for (const each of [0, 1, 2]) {
      await vanish(open, [each]);
      for (const _step of ['a', 'b', 'c']) {
        await open.clock.advance(10_000);
        await beat(open, [0, 1, 2, 3, 4, 5]);
      }
    }
    expect(standing(open, 6)).toBe('gone gone gone up up up');
  });

  it('does not count those who are back', async () => {
    const open = await withInstances(6);
    for (const each of [0, 0, 0, 0, 1]) {
      await vanish(open, [each]);
      await add(open, each);
      await happens(open, each, { type: 'session_opened' });
    }
    await vanish(open, [2]);
    expect(standing(open, 6)).toBe('up up gone up up up');
  });

  it.each<[string, InstanceEvent]>([
    ['refuses', { type: 'probed', outcome: 'refused' }],
    ['is somebody else now', { type: 'probed', outcome: 'somebody_else' }],
    ['has deregistered', { type: 'deregistered' }],
  ])('does not keep, and does not count, who %s', async (_what, event) => {
    const open = await withInstances(6);
    for (const each of [0, 1, 2, 3]) {
      await happens(open, each, { type: 'session_lost' });
      await happens(open, each, event);
    }
    expect(standing(open, 6)).toBe('gone gone gone gone up up');
    await vanish(open, [4]);
    // One of two is left.
    expect(standing(open, 6)).toBe('gone gone gone gone gone up');
  });

  it('keeps those whose leases end at different times, when the first of them does', async () => {
    const open = await withInstances(4);
    // Heartbeats at 0, 3, 6 and 9 s: then the network goes.
    for (const each of [0, 1, 2, 3]) {
      await beat(open, [each]);
      await open.clock.advance(3000);
    }
    await open.clock.advance(18_000);
    const { toProbe } = await endLapsedLeases(open);
    expect(toProbe.map(({ record }) => record.instanceId)).toEqual(['0']);
    await probed(open, 0, 'unreachable');
    expect(standing(open, 4)).toBe('held up up up');
  });

  it('keeps those without a session, in one change, when their leases end together', async () => {
    const open = await openCatalog();
    for (const each of [0, 1, 2]) await add(open, each);
    await open.clock.advance(30_000);
    expect((await endLapsedLeases(open)).toProbe).toEqual([]);
    expect(standing(open, 3)).toBe('held held held');
    expect(open.changes).toHaveLength(4);
    expect(open.changes.at(-1)?.notes[0]).toMatchObject({
      type: 'status_changed',
      actor: 'registry',
      reason:
        'up → suspect: held: 3 of 3 would go within one lease, all of them for silence only: more likely the network than the instances',
    });
  });

  it('once it is on keeps whoever would go besides', async () => {
    const open = await withInstances(10);
    await vanish(open, [0, 1, 2, 3, 4]);
    for (const each of [0, 1, 2, 3]) await probed(open, each, 'answered');
    await vanish(open, [5]);
    expect(standing(open, 10)).toBe('up up up up held held up up up up');
  });

  it.each<[string, InstanceEvent, string]>([
    ['answers a probe', { type: 'probed', outcome: 'answered' }, 'up'],
    ['opens a session', { type: 'session_opened' }, 'up'],
    ['beats', { type: 'heartbeat' }, 'up'],
    ['refuses after all', { type: 'probed', outcome: 'refused' }, 'gone'],
    ['is as it was', { type: 'probed', outcome: 'unreachable' }, 'held'],
  ])('ends for one that %s', async (_what, event, expected) => {
    const open = await withInstances(3);
    await vanish(open, [0, 1]);
    await happens(open, 0, event);
    expect(standing(open, 3)).toBe(`${expected} held up`);
  });

  it('is off when the last one it kept is back, and on again only if there is reason', async () => {
    const open = await withInstances(10);
    await vanish(open, [0, 1, 2, 3, 4]);
    for (const each of [0, 1, 2, 3, 4]) await happens(open, each, { type: 'session_opened' });
    expect(open.guard.hold('product')).toBeUndefined();
    await vanish(open, [5]);
    expect(standing(open, 10)).toBe('up up up up up gone up up up up');
  });

  it('is overdue after two leases, not before', async () => {
    const open = await withInstances(4);
    await open.clock.advance(1000);
    await vanish(open, [0, 1]);
    expect(open.guard.hold('product')).toMatchObject({
      since: 1000,
      until: 61_000,
      held: new Set(['0', '1']),
    });
    expect(open.guard.overdue(60_999)).toEqual([]);
    expect(open.guard.overdue(61_000)).toEqual(['product']);
  });

  it('is on for what a restarted registry finds held', async () => {
    const before = await withInstances(4);
    await vanish(before, [0, 1]);
    const { records } = before.catalog.service('product');
    const after = await openCatalog();
    after.guard.follow({ serviceName: 'product', put: records, remove: [] }, 500);
    expect(after.guard.hold('product')).toMatchObject({ until: 60_500, held: new Set(['0', '1']) });
  });

  it('is released whole, in one change, and by whom is told', async () => {
    const open = await withInstances(6);
    await vanish(open, [0, 1, 2]);
    const changes = open.changes.length;
    expect(await releaseHeld(open, 'product', 'ada')).toEqual(['0', '1', '2']);
    expect(standing(open, 6)).toBe('gone gone gone up up up');
    expect(open.changes.slice(changes)).toMatchObject([
      { notes: [{ actor: 'ada', reason: 'released' }, {}, {}] },
    ]);
    expect(await releaseHeld(open, 'product', 'ada')).toEqual([]);
    expect(await releaseHeld(open, 'nobody', 'ada')).toEqual([]);
    expect(open.guard.hold('product')).toBeUndefined();
  });

  it('counts a large service now and then, not for each that goes', async () => {
    const open = await withInstances(1002);
    for (let each = 0; each < 1002; each += 1) await happens(open, each, { type: 'session_lost' });
    await probed(open, 0, 'timed_out');
    await probed(open, 0, 'timed_out');
    expect(standing(open, 1)).toBe('gone');
    // All the others have failed once by now; the count of a moment ago does not say so yet.
    for (let each = 1; each < 1002; each += 1) await probed(open, each, 'timed_out');
    await probed(open, 1, 'timed_out');
    expect(standing(open, 2)).toBe('gone gone');
    await open.clock.advance(100);
    await probed(open, 2, 'timed_out');
    expect(standing(open, 3)).toBe('gone gone held');
  });

  it('never lets half of a service go on a presumption within one lease, whatever happens', () =>
    fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 3, max: 9 }),
        fc.array(
          fc.record({
            do: fc.constantFrom('vanish' as const, 'beat' as const, 'answer' as const, 'wait' as const),
            who: fc.nat(8),
          }),
          { maxLength: 40 },
        ),
        async (count, steps) => {
          const open = await withInstances(count);
          const presumed: number[] = [];
          for (const step of steps) {
            const who = step.who % count;
            if (step.do === 'wait') await open.clock.advance(step.who * 1000);
            else if (step.do === 'beat') await beat(open, [who]);
            else if (step.do === 'answer') await probed(open, who, 'answered');
            else {
              const before = open.changes.length;
              await happens(open, who, { type: 'session_opened' });
              await vanish(open, [who]);
              const notes = open.changes.slice(before).flatMap((change) => change.notes);
              if (notes.some(({ type }) => type === 'evicted')) presumed.push(open.clock.moment().now);
            }
            const { now } = open.clock.moment();
            const gone = presumed.filter((at) => at + 30_000 > now).length;
            const listed = open.catalog.sizeOf('product') + gone;
            if (listed >= 3) expect(gone * 2).toBeLessThan(listed);
          }
        },
      ),
    ));
});
