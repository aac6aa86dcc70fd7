import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { startMortalUpstream, type MortalUpstream } from './support/mortal-upstream';
import { startGateway, type RunningGateway } from './support/start-gateway';

const CALLERS = 12;

describe('instances that die under load', () => {
  let folder: string;
  let running: RunningGateway;
  let instances: MortalUpstream[];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rollcall-kills-'));
    const file = join(folder, 'routes.yaml');
    // Long enough for an instance that is well on a machine that has much else to do.
    const hasty = 'retries: { attempt_timeout_ms: 1500 }';
    await writeFile(
      file,
      `version: 1
routes:
  - { path_prefix: /busy, service: busy }
  - { path_prefix: /hasty, service: busy, ${hasty} }
`,
    );
    running = await startGateway({ ROUTES_FILE: file, CONNECT_TIMEOUT_MS: '10000' });
    instances = [];
  });
  afterEach(async () => {
    await running.stop();
    await Promise.all(instances.map((one) => one.stop()));
    await rm(folder, { recursive: true });
  });

  /** Some are always under way, and some connections always idle. */
  async function list(count: number): Promise<void> {
    for (let index = 0; index < count; index += 1) {
      const one = await startMortalUpstream((_req, res) => void setTimeout(() => res.end('ok'), index));
      instances.push(one);
      running.registry.list({ service_name: 'busy', url: one.url });
    }
    await eventually(async () => (await running.upstreamCount()) === count);
  }

  /** GETs one after another from many callers, until all of them have had `rounds` answers after `event`. */
  async function under(event: () => unknown, rounds: number, path = '/busy'): Promise<Map<number, number>> {
    const statuses = new Map<number, number>();
    let answered = 0;
    let happened = false;
    let over = false;
    const caller = async (): Promise<void> => {
      for (let left = rounds; left > 0 && !over; ) {
        const { status, body } = await fetch(running.url + path);
        await body?.cancel();
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
        answered += 1;
        if (happened) left -= 1;
      }
    };
    const callers = Array.from({ length: CALLERS }, caller);
    try {
      await eventually(() => answered > 3 * CALLERS, { timeoutMs: 15_000 });
      await event();
      happened = true;
      await Promise.all(callers);
    } finally {
      over = true;
      await Promise.allSettled(callers);
    }
    return statuses;
  }
  const others = () => instances.slice(1);

  it('no GET fails when two of three are killed, though the registry still lists them', async () => {
    await list(3);
    const statuses = await under(() => Promise.all(others().map((one) => one.kill())), 20);
    expect([...statuses.keys()]).toEqual([200]);
  });

  it('no GET fails when five of six are killed', async () => {
    await list(6);
    const statuses = await under(() => Promise.all(others().map((one) => one.kill())), 20);
    expect([...statuses.keys()]).toEqual([200]);
  });

  it('no GET fails when one is killed, one freezes, and one is left', async () => {
    await list(3);
    const [, killed, frozen] = instances;
    const statuses = await under(
      async () => {
        frozen?.freeze();
        await killed?.kill();
      },
      10,
      '/hasty',
    );
    expect([...statuses.keys()]).toEqual([200]);
  });

  it('no GET fails when one is killed, one resets whatever it is asked, and one is left', async () => {
    await list(3);
    const [, killed, resetting] = instances;
    const statuses = await under(async () => {
      resetting?.turnResetting();
      await killed?.kill();
    }, 20);
    expect([...statuses.keys()]).toEqual([200]);
  });
});
