import { spawnSync } from 'node:child_process';
import type { EventsResponse, ExplainResponse, Instance, ServicesResponse } from '@rollcall/contracts';
import { eventually } from '@rollcall/testing';
import { startCluster, type Cluster } from '../src/cluster';
import { expectAnswer, request } from '../src/expect-answer';
import { isAlive, killIfAlive, processTree } from '../src/process-tree';
import { plainProgram, startWrapped, type WrappedProgram } from '../src/rollcall-process';

const FAST_HEALTH = ['--health', '/healthz', '--health-interval', '50ms'];

describe('rollcall run', () => {
  let cluster: Cluster;
  const started: WrappedProgram[] = [];

  beforeAll(async () => {
    cluster = await startCluster({ registry: { LEASE_TTL_SECONDS: '5' } });
  });
  afterEach(() => Promise.all(started.splice(0).map((one) => one.kill())));
  afterAll(() => cluster.stop());

  function wrap(options: Parameters<typeof startWrapped>[1] = {}): WrappedProgram {
    const one = startWrapped(cluster.registryUrl, options);
    started.push(one);
    return one;
  }
  async function listed({ instanceId }: WrappedProgram): Promise<Instance | undefined> {
    const all = (await expectAnswer(`${cluster.registryUrl}/services`, 200)) as ServicesResponse;
    return (all.services['plain'] ?? []).find((one) => one.instance_id === instanceId);
  }
  async function explained({ instanceId }: WrappedProgram) {
    const { instances } = (await expectAnswer(
      `${cluster.registryUrl}/explain/plain`,
      200,
    )) as ExplainResponse;
    return instances.find((one) => one.instance_id === instanceId);
  }
  const isUp = (one: WrappedProgram) =>
    eventually(async () => (await listed(one))?.status === 'up', PATIENCE);
  const isGone = (one: WrappedProgram) => eventually(async () => (await listed(one)) === undefined, PATIENCE);
  async function up(
    options: Parameters<typeof startWrapped>[1] = {},
  ): Promise<WrappedProgram & { url: string }> {
    const one = wrap(options);
    // From the session on its end is known at once.
    await eventually(async () => (await explained(one))?.session === 'open', PATIENCE);
    return { ...one, url: (await listed(one))?.url ?? '' };
  }
  async function history({ instanceId }: WrappedProgram): Promise<readonly (readonly [string, string])[]> {
    const path = '/events?service=plain&limit=1000';
    const { events } = (await expectAnswer(cluster.registryUrl + path, 200)) as EventsResponse;
    return events
      .filter((event) => event.instance_id === instanceId)
      .map(({ type, reason }) => [type, reason] as const);
  }

  it('registers a program once it answers, under the id and with what it was told', async () => {
    const one = await up({
      options: [
        '--version',
        '1.2',
        '--tag',
        'a',
        '--metadata',
        'team=x',
        '--route',
        'GET /plain',
        ...FAST_HEALTH,
      ],
      env: { ZONE: 'z1' },
    });
    expect(await listed(one)).toMatchObject({
      version: '1.2',
      zone: 'z1',
      tags: ['a'],
      metadata: { team: 'x' },
      routes: [{ path_prefix: '/plain', methods: ['GET'] }],
      health_path: '/healthz',
    });
    expect((await request(one.url)).text).toBe(`plain ${one.instanceId}`);
    const { text } = await eventually(async () => {
      const answer = await request(`${cluster.gatewayUrl}/plain`);
      return answer.status === 200 && answer;
    });
    expect(text).toBe(`plain ${one.instanceId}`);

    expect(await one.end('SIGTERM')).toBe(3);
    expect(await listed(one)).toBeUndefined();
    expect(one.output()).toMatch(/drained: every caller has let go.*got SIGTERM.*off the list/s);
  });

  it('answers what was sent before the program is told to stop', async () => {
    const one = await up({ options: ['--route', '/waiting', '--strip-prefix', '--settle', '1h'] });
    const slow = eventually(async () => {
      const answer = await request(`${cluster.gatewayUrl}/waiting/slow`);
      return answer.status !== 404 && answer;
    });
    await one.wrote('slow begun');

    const ended = one.end('SIGTERM');
    await one.wrote('drained: ');
    expect((await listed(one))?.status).toBe('draining');
    expect(one.output()).not.toContain('got SIGTERM');
    await request(`${one.url}/release`);

    expect((await slow).text).toBe('slow done');
    expect(await ended).toBe(3);
  });

  it.each([
    [['sh', '-c', 'exit 7'], 7],
    [['sh', '-c', 'kill -9 $$'], 137],
    [['/no/such/program'], 127],
  ])('ends as the program does that ends before it answers: %j', async (command, code) => {
    const one = wrap({ command });
    expect(await one.exited).toBe(code);
    expect(await history(one)).toEqual([]);
  });

  it('stops a program that does not answer in time, and fails', async () => {
    const one = wrap({ command: ['sleep', '1000'], options: ['--start-timeout', '300ms'] });
    expect(await one.exited).toBe(1);
    expect(one.output()).toMatch(/has not answered within 300ms: port \d+: ECONNREFUSED/);
    expect(await history(one)).toEqual([]);
  });

  it('takes a program that has died off the list at once, and ends as it has', async () => {
    const one = await up();
    process.kill(await one.programPid(), 'SIGKILL');
    expect(await one.exited).toBe(137);
    expect((await history(one)).map(([type]) => type)).toEqual(['registered', 'deregistered']);
  });

  it('when it is killed itself, leaves a program that serves on, suspect until its lease ends', async () => {
    const one = await up();
    await one.killAlone();
    await eventually(async () => (await listed(one))?.status === 'suspect', PATIENCE);
    expect((await request(one.url)).text).toBe(`plain ${one.instanceId}`);
    await isGone(one);
    expect((await history(one)).at(-1)).toEqual(['evicted', expect.stringMatching(/lease/)]);
  });

  it('when both are killed, is off the list because the address is dead, without waiting for a lease', async () => {
    const one = await up({ command: plainProgram() });
    await one.kill();
    await isGone(one);
    expect((await history(one)).at(-1)).toEqual(['evicted', expect.stringMatching(/refused/)]);
  });

  it('kills a program that ignores SIGTERM when its grace is over, and what it has started', async () => {
    const command = ['sh', '-c', 'trap "" TERM; "$@" & wait', 'sh', ...plainProgram('stubborn')];
    const one = await up({ command, options: ['--grace', '200ms'] });
    expect(await one.end('SIGTERM')).toBe(137);
    await expect(request(one.url)).rejects.toThrow('fetch failed');
    expect((await history(one)).at(-1)?.[0]).toBe('deregistered');
  });

  it('leaves nothing of a program whose shell alone has ended', async () => {
    const one = await up({ command: ['sh', '-c', '"$@" & wait', 'sh', ...plainProgram()] });
    expect(await one.end('SIGTERM')).toBe(143);
    await expect(request(one.url)).rejects.toThrow('fetch failed');
  });

  it('tells the program at once at a second signal, and kills it at a third', async () => {
    // A connection of its own that never ends keeps the drain from being over.
    const one = await up({ command: plainProgram('stubborn'), options: ['--settle', '1h', '--grace', '1h'] });
    const slow = request(`${one.url}/slow`).catch(() => undefined);
    await one.wrote('slow begun');
    process.kill(one.pid, 'SIGINT');
    await one.wrote('drained: ');
    expect(one.output()).not.toContain('got ');
    process.kill(one.pid, 'SIGINT');
    await one.wrote('got SIGTERM');
    process.kill(one.pid, 'SIGINT');
    expect(await one.exited).toBe(137);
    await slow;
    expect(await listed(one)).toBeUndefined();
  });

  describe('in the shell in which npm runs a script', () => {
    /** As dash does it for npm: the command is a child of the shell, which hands no signal on. */
    const inShell = { under: ['sh', '-c', '"$0" "$@"; exit $?', process.execPath] } as const;
    const families: number[] = [];
    afterEach(() => families.splice(0).forEach(killIfAlive));
    async function upInShell(script: string) {
      const one = await up({ ...inShell, env: { npm_lifecycle_script: script } });
      families.push(...processTree(one.pid));
      return one;
    }
    const endShell = (one: WrappedProgram) => process.kill(one.pid, 'SIGTERM');

    it('drains and stops when the shell has ended', async () => {
      const one = await upInShell('rollcall');
      const slow = request(`${one.url}/slow`);
      await one.wrote('slow begun');
      endShell(one);
      await one.wrote('drained: ');
      await request(`${one.url}/release`);
      expect((await slow).text).toBe('slow done');
      await isGone(one);
      await eventually(() => families.filter(isAlive).length === 0, PATIENCE);
      expect((await history(one)).map(([type]) => type)).toEqual([
        'registered',
        'status_changed',
        'deregistered',
      ]);
    });

    it('goes on where the script has put it into the background', async () => {
      const background = await upInShell('rollcall run … & node tests.js');
      const foreground = await upInShell('rollcall run …');
      endShell(background);
      endShell(foreground);
      await isGone(foreground);
      expect((await history(background)).map(([type]) => type)).toEqual(['registered']);
      expect((await request(background.url)).text).toBe(`plain ${background.instanceId}`);
    });
  });

  it.each(['SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH'] as const)('passes %s on', async (signal) => {
    const one = await up();
    process.kill(one.pid, signal);
    await one.wrote(`got ${signal}`);
    expect((await listed(one))?.status).toBe('up');
    expect(await one.end('SIGTERM')).toBe(3);
  });

  it('stops a program by the signal that it asks for', async () => {
    const one = await up({ command: plainProgram('stubborn'), options: ['--stop-signal', 'quit'] });
    expect(await one.end('SIGTERM')).toBe(3);
    expect(one.output()).toContain('got SIGQUIT');
  });

  it('takes a program that fails off the list, and puts it back when it answers', async () => {
    const one = await up({ options: FAST_HEALTH });
    await request(`${one.url}/ill`);
    await isGone(one);
    expect(one.output()).toMatch(/does not answer any more \(\/healthz answers 500\)/);
    expect(isAlive(await one.programPid())).toBe(true);
    await request(`${one.url}/well`);
    await isUp(one);
    expect(await one.end('SIGTERM')).toBe(3);
    expect((await history(one)).map(([type]) => type)).toEqual(
      expect.arrayContaining(['registered', 'deregistered', 'registered', 'status_changed', 'deregistered']),
    );
  });

  it('takes no program for its own that listens there already', async () => {
    const { url } = await up();
    const { port } = new URL(url);
    const other = wrap({ options: ['--port', port] });
    expect(await other.exited).toBe(2);
    expect(other.output()).toContain(`another program listens on port ${port} already`);
  });

  describe.each<[string, readonly string[]]>([
    ['as process 1', []],
    ['as the child of an init that is process 1', ['tini', '--']],
  ])('%s', (_what, init) => {
    // Ends with its parent, which a broken spec kills.
    const NAMESPACE = ['unshare', '--pid', '--fork', '--mount-proc', '--kill-child'] as const;
    const [program, ...args] = [...NAMESPACE, ...init];
    const isPossible = spawnSync(program, [...args, 'true']).status === 0;

    if (!isPossible)
      process.stderr.write(
        `Skipped, as this fails here: ${[program, ...args].join(' ')} (apt-get install tini)\n`,
      );
    (isPossible ? it : it.skip)('drains, stops its program, and ends as that does', async () => {
      const one = await up({ under: [program, ...args, process.execPath] });
      const [, inner] = processTree(one.pid);
      if (inner === undefined) throw new Error('there is no process 1');
      process.kill(inner, 'SIGTERM');
      expect(await one.exited).toBe(3);
      expect(one.output()).toMatch(/drained: every caller has let go.*got SIGTERM.*off the list/s);
    });
  });

  it('runs a program also while no registry answers, and has it registered when one does', async () => {
    await cluster.registry().end('SIGKILL');
    const refused = wrap({ options: ['--require-registry'] });
    const one = wrap();
    expect(await refused.exited).toBe(5);
    expect(refused.output()).not.toContain('started');
    await one.wrote(/the registry at \S+ does not answer \(ECONNREFUSED\)/);

    await cluster.restartRegistry();
    await isUp(one);
    await cluster.registry().end('SIGKILL');
    const ended = one.end('SIGTERM');
    await one.wrote(/no registry could be asked to drain/);
    expect(one.output()).not.toContain('got SIGTERM');
    process.kill(one.pid, 'SIGTERM');
    expect(await ended).toBe(3);
    await cluster.restartRegistry();
  });
});

const PATIENCE = { timeoutMs: 30_000, everyMs: 20 };
