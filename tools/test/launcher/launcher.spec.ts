import { join } from 'node:path';
import { closedPort, eventually } from '@rollcall/testing';
import { createLauncher, type Launcher } from '../../launcher/launcher';
import type { PlannedApp } from '../../launcher/plan';
import { takenPorts } from '../../launcher/taken-ports';

type Kind = 'obedient' | 'stubborn' | 'broken' | 'parent';

async function planApp(name: string, kind: Kind = 'obedient'): Promise<PlannedApp> {
  return planAppAt(await closedPort(), name, kind);
}

function planAppAt(port: number, name: string, kind: Kind = 'obedient'): PlannedApp {
  return {
    name,
    main: join(__dirname, 'apps/app.js'),
    env: { PORT: String(port), APP_KIND: kind },
    ports: [],
    readyUrl: `http://127.0.0.1:${port}/readyz`,
  };
}

/** Of https://fetch.spec.whatwg.org/#port-blocking, those that need no privilege and have no common program. */
const REFUSED_BY_FETCH = [6566, 6665, 6666, 6668, 6669, 6697, 10_080];

const launchers: Launcher[] = [];

function launch(apps: readonly PlannedApp[]) {
  const lines: string[] = [];
  const groups = apps.map((app) => [app]);
  const launcher = createLauncher(
    {
      root: __dirname,
      startOrder: groups,
      stopOrder: groups.toReversed(),
      routedUrls: [],
      consoleUrl: '',
      examples: [],
    },
    {
      onLine: (name, line) => lines.push(`${name}: ${line}`),
      onEnded: (name, ending) => lines.push(`${name}: ${ending}`),
      onStopping: (names) => lines.push(`waiting for ${names.join(', ')}`),
    },
  );
  launchers.push(launcher);
  return { launcher, lines };
}

const isAlive = (pid: number) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('createLauncher', () => {
  afterEach(() => launchers.splice(0).forEach((launcher) => launcher.kill()));

  test('starts one group after the other and stops them in the order of the plan', async () => {
    const { launcher, lines } = launch([await planApp('registry'), await planApp('gateway')]);

    await launcher.start();
    await launcher.stop();

    expect(lines).toEqual([
      'registry: listening',
      'gateway: listening',
      'waiting for gateway',
      'gateway: asked to stop',
      'waiting for registry',
      'registry: asked to stop',
    ]);
  });

  test('finds an app ready at a port that browsers and fetch refuse', async () => {
    const refused = REFUSED_BY_FETCH.map((port) => ({ port, variable: '', url: '', purpose: '' }));
    const taken = await takenPorts(refused, '127.0.0.1');
    const [free] = refused.filter((port) => !taken.includes(port));
    if (free === undefined) throw new Error(`all of ${REFUSED_BY_FETCH.join(', ')} are taken`);
    const { launcher } = launch([planAppAt(free.port, 'registry')]);

    await launcher.start();
    await launcher.stop();
  });

  test('fails to start when an app ends, saying which and how, and leaves none of the others running', async () => {
    const { launcher } = launch([await planApp('registry'), await planApp('gateway', 'broken')]);

    await expect(launcher.start()).rejects.toThrow('gateway ended with exit code 3');
    await launcher.stop();
    await launcher.empty;
  });

  test('ends a start under way when it is stopped', async () => {
    const app = await planApp('registry');
    const { launcher } = launch([{ ...app, readyUrl: 'http://127.0.0.1:1/' }]);

    const started = launcher.start();
    const stopped = launcher.stop();

    await expect(started).rejects.toThrow('stopped while starting');
    await stopped;
  });

  test('says which app ended by itself, and is empty after the last of them', async () => {
    const { launcher, lines } = launch([await planApp('registry', 'stubborn')]);
    await launcher.start();

    launcher.kill();
    await launcher.empty;

    expect(lines).toContain('registry: was ended by SIGKILL');
  });

  test('kills apps that do not stop, and a stop under way resolves', async () => {
    const { launcher, lines } = launch([await planApp('registry', 'stubborn')]);
    await launcher.start();

    const stopped = launcher.stop();
    await eventually(() => lines.includes('registry: asked to stop'));
    launcher.kill();

    await stopped;
  });

  test('takes along what an app itself started', async () => {
    const { launcher, lines } = launch([await planApp('gateway', 'parent')]);
    await launcher.start();
    const pid = Number(/grandchild (\d+)/.exec(lines.join('\n'))?.[1]);
    expect(isAlive(pid)).toBe(true);

    await launcher.stop();

    await eventually(() => !isAlive(pid));
  });

  test('stops once only', async () => {
    const { launcher } = launch([await planApp('registry')]);
    await launcher.start();

    expect(launcher.stop()).toBe(launcher.stop());
    await launcher.stop();
  });
});
