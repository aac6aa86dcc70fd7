import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DrainResponse, ExplainResponse, Instance, ServicesResponse } from '@rollcall/contracts';
import { closedPort, eventually } from '@rollcall/testing';
import { run, type RunOptions } from './capture';
import { useGateway } from './real-gateway';
import { useRegistry } from './real-registry';

const registry = useRegistry();
const gateway = useGateway(registry);
const rollcall = (args: readonly string[], options: RunOptions = {}) =>
  run(args, {
    ...options,
    env: { REGISTRY_URL: registry.url, GATEWAY_ADMIN_URL: gateway.adminUrl, USER: 'ada', ...options.env },
  });

let made = 0;
/** A service of its own for a spec, with so many instances without a lease. */
async function service(
  count: number,
  fields: object = {},
): Promise<{ name: string; ids: readonly string[] }> {
  made += 1;
  const name = `shop-${made}`;
  const ids = Array.from({ length: count }, (_, index) => `${name}-${'abc'[index]}`);
  for (const [index, instance_id] of ids.entries())
    await registry.register({
      service_name: name,
      instance_id,
      url: `http://127.0.0.1:${7000 + made * 10 + index}`,
      ttl_seconds: 0,
      version: index === 0 ? '1.0' : '2.0',
      ...fields,
    });
  return { name, ids };
}

async function listed(name: string): Promise<readonly Instance[]> {
  const { services } = (await (await registry.call('GET', '/services')).json()) as ServicesResponse;
  return services[name] ?? [];
}
const statusOf = async (name: string, id: string) =>
  (await listed(name)).find(({ instance_id }) => instance_id === id)?.status;

const leaving: AbortController[] = [];
afterEach(() => leaving.splice(0).forEach((one) => one.abort()));

/** A subscriber that acknowledges only when it is told to. */
async function subscribe(name: string, as?: string) {
  const gone = new AbortController();
  leaving.push(gone);
  const subscriber = randomUUID();
  const query = `services=${name}&subscriber=${subscriber}${as === undefined ? '' : `&as=${as}`}`;
  const stream = await fetch(`${registry.url}/watch?${query}`, { signal: gone.signal });
  const reader = stream.body?.getReader();
  let text = '';
  const secret = await eventually(async () => {
    const part = await reader?.read();
    text += Buffer.from(part?.value ?? []).toString();
    return /"stream_secret":"([^"]+)"/.exec(text)?.[1];
  });
  return {
    subscriber,
    acknowledge: (revision: number) =>
      registry.call('POST', '/acks', { subscriber, stream_secret: secret, revision }),
  };
}

describe('drain', () => {
  it('begins a drain, and exits with 0 without waiting', async () => {
    const { name, ids } = await service(2);
    const { code, stdout } = await rollcall(['drain', ids[0] ?? '']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^INSTANCE +DRAINED +ACKNOWLEDGED +MISSING\n/);
    expect(await statusOf(name, ids[0] ?? '')).toBe('draining');
  });

  it('tells who has let go as it comes, and ends when all have', async () => {
    const { name, ids } = await service(2);
    const caller = await service(1);
    const one = await subscribe(name, caller.ids[0]);
    const draining = rollcall(['drain', `${name}/${ids[0]}`, '--wait', '1h', '-o', 'json']);
    await eventually(async () => (await statusOf(name, ids[0] ?? '')) === 'draining');
    const progress = await registry.call('GET', `/instances/${ids[0]}/drain`);
    const { revision } = (await progress.json()) as DrainResponse;
    await one.acknowledge(revision);

    const { code, stdout, stderr } = await draining;
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      drains: [{ instance_id: ids[0], complete: true, missing: [] }],
    });
    expect(stderr).toContain(`${name}/${ids[0]}: ● ${caller.name}/${caller.ids[0]} has let go`);
  });

  it('names the caller that never acknowledges, and exits with 6', async () => {
    const { name, ids } = await service(2);
    const caller = await service(1);
    await subscribe(name, caller.ids[0]);
    const nameless = await subscribe(name);
    const { code, stdout } = await rollcall(['drain', ids[0] ?? '', '--wait', '300ms']);
    expect(code).toBe(6);
    expect(stdout).toContain('not yet');
    expect(stdout).toContain(`${caller.name}/${caller.ids[0]}`);
    expect(stdout).toContain(`a subscriber (${nameless.subscriber.slice(0, 8)})`);
  });

  it('takes every instance of a version', async () => {
    const { name, ids } = await service(3);
    expect((await rollcall(['drain', '--service', name, '--version', '2.0'])).code).toBe(0);
    expect(await Promise.all(ids.map((id) => statusOf(name, id)))).toEqual(['up', 'draining', 'draining']);
  });

  it.each([
    [['drain'], /name instances, or a --service/],
    [['drain', 'x', '--service', 'y'], /name instances, or a --service/],
    [['drain', 'x', '--version', '1'], /name instances, or a --service/],
    [['drain', '--service', 'x', '--wait', 'soon'], /write a duration/],
  ])('%j is no use of it', async (args, fault) => {
    const { code, stderr } = await rollcall(args);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringMatching(fault) });
  });

  it('suggests what was meant, and says which ids a beginning could mean', async () => {
    const { name, ids } = await service(2);
    const wrong = await rollcall(['drain', `${ids[0]?.slice(0, -1)}x`]);
    expect(wrong).toMatchObject({ code: 3, stderr: expect.stringContaining('did you mean') });
    const both = await rollcall(['drain', `${name}/`]);
    expect(both).toMatchObject({ code: 2, stderr: expect.stringContaining(`${name}/${ids[1]}`) });
    expect((await rollcall(['drain', '--service', name, '--version', '9'])).code).toBe(3);
    expect(await Promise.all(ids.map((id) => statusOf(name, id)))).toEqual(['up', 'up']);
  });
});

describe.each([
  ['drain', (id: string) => ['drain', id]],
  ['out', (id: string) => ['out', id, '--reason', 'maintenance']],
  ['deregister', (id: string) => ['deregister', id]],
])('%s of the last instance that is up', (_what, argsFor) => {
  it('is refused without a terminal, which names the flag', async () => {
    const { name, ids } = await service(1);
    const { code, stderr } = await rollcall(argsFor(ids[0] ?? ''));
    expect(code).toBe(2);
    expect(stderr).toContain(`this leaves ${name} without an instance that is up`);
    expect(stderr).toContain('add --yes');
    expect(await statusOf(name, ids[0] ?? '')).toBe('up');
  });

  it('is asked for at a terminal, and not done unless it is confirmed', async () => {
    const { name, ids } = await service(1);
    const asked: string[] = [];
    const answers = (answer: string) => (question: string) => {
      asked.push(question);
      return answer;
    };
    expect((await rollcall(argsFor(ids[0] ?? ''), { answers: answers('') })).code).toBe(1);
    expect(await statusOf(name, ids[0] ?? '')).toBe('up');
    expect((await rollcall(argsFor(ids[0] ?? ''), { answers: answers('yes') })).code).toBe(0);
    expect(await statusOf(name, ids[0] ?? '')).not.toBe('up');
    expect(asked).toEqual(Array(2).fill(expect.stringContaining(`leaves ${name} without`)));
  });

  it('is done with --yes', async () => {
    const { name, ids } = await service(1);
    expect((await rollcall([...argsFor(ids[0] ?? ''), '--yes'])).code).toBe(0);
    expect(await statusOf(name, ids[0] ?? '')).not.toBe('up');
  });
});

describe('out and in', () => {
  const overrideOf = async (name: string) => {
    const answer = await registry.call('GET', `/explain/${name}`);
    return ((await answer.json()) as ExplainResponse).overrides[0];
  };

  it('take an instance out for a time and with a reason, and in again', async () => {
    const { name, ids } = await service(2);
    const out = await rollcall(['out', ids[0] ?? '', '--reason', 'new disk', '--for', '1h']);
    expect(out).toMatchObject({
      code: 0,
      stdout: `${name}/${ids[0]} is out of service for 1h: new disk\n`,
    });
    const override = await overrideOf(name);
    expect(override).toMatchObject({ reason: 'new disk', instance_ids: [ids[0]] });
    expect(override?.until).toEqual(expect.any(Number));

    expect(await rollcall(['in', ids[0] ?? ''])).toMatchObject({
      code: 0,
      stdout: `${name}/${ids[0]} is in service again\n`,
    });
    expect(await overrideOf(name)).toBeUndefined();
  });

  it('need a reason', async () => {
    const { ids } = await service(2);
    expect(await rollcall(['out', ids[0] ?? ''])).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--reason'),
    });
  });

  it('end an override of an instance that is not listed any more', async () => {
    const { name, ids } = await service(2);
    await rollcall(['out', ids[0] ?? '', '--reason', 'broken']);
    await registry.call('POST', '/deregister', { service_name: name, instance_id: ids[0] });
    expect((await rollcall(['in', ids[0] ?? ''])).code).toBe(0);
    expect(await overrideOf(name)).toBeUndefined();
    expect((await rollcall(['in', ids[0] ?? ''])).code).toBe(3);
  });

  it("give the registry's own refusal back", async () => {
    const { ids } = await service(2);
    const { code, stderr } = await rollcall(['out', ids[0] ?? '', '--reason', 'x', '--for', '1ms']);
    expect(code).toBe(2);
    expect(stderr).toMatch(/for_ms/);
  });
});

describe('eject and restore', () => {
  const ejectionOf = async (id: string) => (await gateway.upstream(id))?.ejected_by_hand;

  it('have the gateway leave an instance alone, and use it again', async () => {
    const { name, ids } = await service(2, { routes: [{ path_prefix: '/' }] });
    await eventually(async () => (await gateway.upstream(ids[0] ?? '')) !== undefined);
    const ejected = await rollcall(['eject', `${name}/${ids[0]}`, '--reason', 'slow', '--for', '1h']);
    expect(ejected).toMatchObject({ code: 0, stderr: '' });
    expect(ejected.stdout).toContain(`${name}/${ids[0]} gets no more requests of the gateway at`);
    expect(await ejectionOf(ids[0] ?? '')).toMatchObject({ reason: 'slow', ends_in_ms: expect.any(Number) });
    expect((await rollcall(['restore', ids[0] ?? ''])).code).toBe(0);
    expect(await ejectionOf(ids[0] ?? '')).toBeNull();
  });

  it('say that no gateway answers', async () => {
    const env = { GATEWAY_ADMIN_URL: `http://127.0.0.1:${await closedPort()}` };
    expect(await rollcall(['restore', 'x'], { env })).toMatchObject({
      code: 5,
      stderr: expect.stringContaining("the gateway's admin port"),
    });
  });
});

describe('guard release', () => {
  it('has nothing to ask for where nothing is held', async () => {
    const { name } = await service(1);
    expect(await rollcall(['guard', 'release', name])).toEqual({
      code: 0,
      stdout: `the guard of ${name} holds no instance\n`,
      stderr: '',
    });
  });

  it('knows when there is no such service', async () => {
    const { name } = await service(1);
    expect(await rollcall(['guard', 'release', `${name}x`])).toMatchObject({ code: 3 });
  });
});

describe('register and deregister', () => {
  it('put an instance without a lease onto the list, and take it off', async () => {
    const args = ['--service', 'database', '--url', 'http://127.0.0.1:5432', '--instance-id', 'db-1'];
    const registered = await rollcall([
      'register',
      ...args,
      '--tag',
      'pg',
      '--metadata',
      'a=b=c',
      '-o',
      'json',
    ]);
    expect(registered.code).toBe(0);
    expect(JSON.parse(registered.stdout)).toMatchObject({
      instance_id: 'db-1',
      ttl_seconds: 0,
      tags: ['pg'],
      metadata: { a: 'b=c' },
    });
    expect(await rollcall(['deregister', 'db-1', '--yes'])).toMatchObject({ code: 0 });
    expect(await listed('database')).toEqual([]);
  });

  it.each([
    [['--url', 'ftp://x'], /url/],
    [['--url', 'http://127.0.0.1:1', '--weight', '0'], /weight/],
    [['--url', 'http://127.0.0.1:1', '--weight', 'many'], /whole number/],
    [['--url', 'http://127.0.0.1:1', '--route', 'bill'], /path/],
    [['--url', 'http://127.0.0.1:1', '--metadata', 'x'], /key=value/],
  ])('find the faults before the registry does: %j', async (args, fault) => {
    expect(await rollcall(['register', '--service', 'x', ...args])).toMatchObject({
      code: 2,
      stderr: expect.stringMatching(fault),
    });
  });

  it('leave an instance with a session alone', async () => {
    const { name, ids } = await service(2, { ttl_seconds: 60 });
    const gone = new AbortController();
    leaving.push(gone);
    const [one] = await listed(name);
    await fetch(`${registry.url}/instances/${ids[0]}/session?epoch=${one?.epoch}`, { signal: gone.signal });
    expect(await rollcall(['deregister', ids[0] ?? '', '--yes'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('has an open session'),
    });
    expect(await listed(name)).toHaveLength(2);
  });
});

describe('wait', () => {
  it('ends when there are enough instances', async () => {
    const { name } = await service(1);
    const waiting = rollcall(['wait', name, '--instances', '2', '--timeout', '1h']);
    await registry.register({ service_name: name, url: 'http://127.0.0.1:7999', ttl_seconds: 0 });
    expect(await waiting).toMatchObject({ code: 0, stdout: `2 instances of ${name} are up\n` });
  });

  it('counts those of one version alone, and exits with 6 when the time is over', async () => {
    const { name } = await service(3);
    expect((await rollcall(['wait', name, '--instances', '2', '--version', '2.0'])).code).toBe(0);
    const late = await rollcall(['wait', name, '--instances', '3', '--version', '2.0', '--timeout', '100ms']);
    expect(late).toMatchObject({ code: 6, stdout: expect.stringContaining('2 of 3') });
  });

  it('waits for a service that nobody has heard of', async () => {
    const late = await rollcall(['wait', 'nothing', '--instances', '1', '--timeout', '50ms', '-o', 'json']);
    expect(late.code).toBe(6);
    expect(JSON.parse(late.stdout)).toMatchObject({ service_name: 'nothing', instances: [] });
  });

  it('exits with 5 when no registry has answered in time', async () => {
    const env = { REGISTRY_URL: `http://127.0.0.1:${await closedPort()}` };
    expect((await rollcall(['wait', 'x', '--instances', '1', '--timeout', '50ms'], { env })).code).toBe(5);
  });
});

describe('with a read-only profile', () => {
  let home: string;
  beforeAll(() => {
    home = mkdtempSync(join(tmpdir(), 'rollcall-cli-'));
    mkdirSync(join(home, '.config/rollcall'), { recursive: true });
    const profiles = 'current: look\nprofiles:\n  look:\n    read_only: true\n';
    writeFileSync(join(home, '.config/rollcall/config.yaml'), profiles, { mode: 0o600 });
  });
  afterAll(() => rmSync(home, { recursive: true }));

  it.each<[string, (id: string) => readonly string[]]>([
    ['drain', (id) => ['drain', id]],
    ['out', (id) => ['out', id, '--reason', 'x']],
    ['eject', (id) => ['eject', id, '--reason', 'x']],
    ['restore', (id) => ['restore', id]],
    ['deregister', (id) => ['deregister', id]],
    ['register', () => ['register', '--service', 'x', '--url', 'http://127.0.0.1:1']],
    ['run', () => ['run', '--service', 'x', '--port', 'auto', '--', 'true']],
  ])('%s changes nothing', async (_command, argsFor) => {
    const { name, ids } = await service(2, { routes: [] });
    await eventually(async () => (await gateway.upstream(ids[0] ?? '')) !== undefined);
    const before = await listed(name);
    expect(await rollcall(argsFor(ids[0] ?? ''), { env: { HOME: home } })).toMatchObject({
      code: 4,
      stderr: expect.stringContaining('the profile look is read-only'),
    });
    expect(await listed(name)).toEqual(before);
  });

  it('lets look', async () => {
    expect((await rollcall(['ls'], { env: { HOME: home } })).code).toBe(0);
  });
});
