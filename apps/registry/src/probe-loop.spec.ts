import { createLogger } from '@rollcall/service-kit';
import { openCatalog } from '../test/samples/open-catalog';
import type { Entry } from './catalog/entry';
import type { ProbeOutcome } from './catalog/instance/instance-event';
import type { Transition } from './catalog/instance/transition';
import { createFailureLog } from './failure-log';
import { createProbeLoop } from './probe-loop';
import { applyEvent } from './use-cases/apply-event';
import { register } from './use-cases/register';

const logger = createLogger({ service: 'registry', level: 'error', pretty: false });
logger.silent = true;

/** A loop whose probes are answered by the spec, in the order in which it asks for it. */
async function startLoop(parts: { report?: () => Promise<Transition | undefined> } = {}) {
  const open = await openCatalog();
  const underWay = new Map<string, (outcome: ProbeOutcome) => void>();
  const asked: string[] = [];
  const loop = createProbeLoop({
    clock: open.clock,
    logFailure: createFailureLog(logger),
    catalog: open.catalog,
    prober: {
      probe({ instanceId }, signal) {
        asked.push(instanceId);
        return new Promise((resolve) => {
          const done = (outcome: ProbeOutcome): void => {
            signal.removeEventListener('abort', callOff);
            resolve(outcome);
          };
          const callOff = (): void => done('unreachable');
          underWay.set(instanceId, done);
          signal.addEventListener('abort', callOff);
        });
      },
    },
    report:
      parts.report ?? ((entry, outcome) => applyEvent(open, entry, { type: 'probed', outcome }, 'registry')),
  });
  let followed = 0;

  return {
    ...open,
    loop,
    /** Ids in the order in which they were probed. */
    asked,
    underWay,
    async add(instanceId: string, ttlSeconds = 30): Promise<Entry> {
      const url = `http://${instanceId}`;
      await register(
        open,
        { service_name: 'product', url, instance_id: instanceId, ttl_seconds: ttlSeconds },
        'spec',
      );
      const entry = open.catalog.named(instanceId)[0];
      if (entry === undefined) throw new Error('not listed');
      return entry;
    },
    /** Tells the loop what has been committed since. */
    follow(): void {
      for (const change of open.changes.slice(followed)) loop.follow(change);
      followed = open.changes.length;
    },
    /** The probe of that instance comes back. */
    async comesBack(instanceId: string, outcome: ProbeOutcome): Promise<void> {
      underWay.get(instanceId)?.(outcome);
      underWay.delete(instanceId);
      await open.clock.advance(0);
    },
  };
}

const lose = async (scene: Awaited<ReturnType<typeof startLoop>>, entry: Entry): Promise<void> => {
  await applyEvent(scene, entry, { type: 'session_opened' }, 'registry');
  await applyEvent(scene, entry, { type: 'session_lost' }, 'registry');
  scene.follow();
};

describe('the probe loop', () => {
  it('probes at once whom it is asked to, and looks again half a second later where one failure does not count', async () => {
    const scene = await startLoop();
    const entry = await scene.add('p');
    await lose(scene, entry);
    scene.loop.probe(entry);
    expect(scene.asked).toEqual(['p']);

    await scene.comesBack('p', 'unreachable');
    await scene.clock.advance(499);
    expect(scene.asked).toHaveLength(1);
    await scene.clock.advance(1);
    expect(scene.asked).toHaveLength(2);
    await scene.comesBack('p', 'unreachable');
    expect(scene.catalog.named('p')[0]).toBeUndefined();
    await scene.clock.advance(20_000);
    expect(scene.asked).toHaveLength(2);
  });

  it('does not wait that long again after a failure that took as long to be known', async () => {
    const scene = await startLoop();
    const entry = await scene.add('p');
    await lose(scene, entry);
    scene.loop.probe(entry);
    await scene.clock.advance(500);
    await scene.comesBack('p', 'timed_out');
    expect(scene.asked).toHaveLength(2);
  });

  it('looks after a suspect every second, for as long as it is one', async () => {
    const scene = await startLoop();
    const entry = await scene.add('p');
    await lose(scene, entry);
    for (const _look of [1, 2, 3]) {
      await scene.clock.advance(1000);
      await scene.comesBack('p', 'silent');
    }
    expect(scene.asked).toHaveLength(3);
    await scene.clock.advance(1000);
    await scene.comesBack('p', 'answered');
    scene.follow();
    await scene.clock.advance(60_000);
    expect(scene.asked).toHaveLength(4);
  });

  it('probes nobody twice at the same time, but once more whoever is asked for meanwhile', async () => {
    const scene = await startLoop();
    const entry = await scene.add('p');
    await lose(scene, entry);
    for (const _ask of [1, 2, 3]) scene.loop.probe(entry);
    expect(scene.asked).toHaveLength(1);
    await scene.comesBack('p', 'silent');
    expect(scene.asked).toHaveLength(2);
    await scene.comesBack('p', 'silent');
    expect(scene.asked).toHaveLength(2);
  });

  it('forgets who is not listed any more', async () => {
    const scene = await startLoop();
    const entry = await scene.add('p', 0);
    scene.follow();
    await applyEvent(scene, entry, { type: 'deregistered' }, 'spec');
    scene.follow();
    await scene.clock.advance(60_000);
    expect(scene.asked).toEqual([]);
  });

  it('goes on with those whom it finds when it starts', async () => {
    const scene = await startLoop();
    await scene.add('p', 0);
    await scene.add('q');
    scene.loop.start();
    await scene.clock.advance(10_000);
    expect(scene.asked).toEqual(['p']);
  });

  it('leaves room for suspects, however many are merely looked after', async () => {
    const scene = await startLoop();
    for (let each = 0; each < 200; each += 1) await scene.add(`quiet-${each}`, 0);
    const suspect = await scene.add('suspect');
    scene.follow();
    await scene.clock.advance(10_000);
    expect(scene.asked).toHaveLength(64);
    await lose(scene, suspect);
    scene.loop.probe(suspect);
    expect(scene.asked.at(-1)).toBe('suspect');
    // One that is done makes room for the next.
    await scene.comesBack('quiet-0', 'anonymous');
    expect(scene.asked.at(-1)).toBe('quiet-64');
  });

  it('has a bounded number of probes under way', async () => {
    const scene = await startLoop();
    const entries: Entry[] = [];
    for (let each = 0; each < 200; each += 1) entries.push(await scene.add(`p-${each}`));
    for (const entry of entries) {
      await lose(scene, entry);
      scene.loop.probe(entry);
    }
    expect(scene.underWay.size).toBe(128);
    await scene.comesBack('p-0', 'refused');
    expect(scene.underWay.size).toBe(128);
  });

  it('probes again when what was found could not be noted', async () => {
    let attempts = 0;
    const scene = await startLoop({
      report: () => {
        attempts += 1;
        return Promise.reject(new Error('store is away'));
      },
    });
    const entry = await scene.add('p');
    scene.loop.probe(entry);
    await scene.comesBack('p', 'refused');
    await scene.clock.advance(1000);
    await scene.comesBack('p', 'refused');
    expect(attempts).toBe(2);
  });

  it('calls off what is under way when it stops, and reports nothing of it', async () => {
    const scene = await startLoop({ report: () => Promise.reject(new Error('reported')) });
    scene.loop.probe(await scene.add('p'));
    await scene.loop.stop();
    await scene.loop.stop();
    scene.loop.probe(await scene.add('q'));
    await scene.clock.advance(10_000);
    expect(scene.asked).toEqual(['p']);
  });
});
