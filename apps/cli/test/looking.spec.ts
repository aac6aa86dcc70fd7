import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@rollcall/testing';
import { run, type Ran, type RunOptions } from './capture';
import { useGateway } from './real-gateway';
import { useRegistry } from './real-registry';

const dir = mkdtempSync(join(tmpdir(), 'rollcall-looking-'));
const file = (name: string, text: string): string => {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
};
const inForce = file(
  'in-force.yaml',
  'version: 1\nroutes:\n  - path_prefix: /orders\n    service: order\n  - path_prefix: /old\n    service: order\n',
);
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const registry = useRegistry();
const gateway = useGateway(registry, { ROUTES_FILE: inForce });
const rollcall = (args: readonly string[], options: RunOptions = {}): Promise<Ran> =>
  run(args, {
    ...options,
    env: { REGISTRY_URL: registry.url, GATEWAY_ADMIN_URL: gateway.adminUrl, ...options.env },
  });
const wire = async (path: string): Promise<unknown> => (await registry.call('GET', path)).json();

/** Runs a command that goes on until it is interrupted. */
function start(args: readonly string[], signal: 'SIGINT' | 'SIGTERM' = 'SIGINT') {
  const interruption = new AbortController();
  let output = '';
  const ran = rollcall(args, { signal: interruption.signal, onStdout: (text) => (output += text) });
  return {
    output: () => output,
    end: () => {
      interruption.abort(signal);
      return ran;
    },
  };
}

beforeAll(async () => {
  await registry.register({
    service_name: 'order',
    url: 'http://127.0.0.1:7001',
    instance_id: 'o-1',
    ttl_seconds: 300,
    metadata: { team: 'checkout' },
    routes: [{ path_prefix: '/orders' }],
  });
  await registry.register({
    service_name: 'billing',
    url: 'http://127.0.0.1:7002',
    instance_id: 'b-1',
    status: 'starting',
    ttl_seconds: 300,
  });
  await eventually(async () => (await rollcall(['explain', '/orders', '--fail'])).code === 0);
});

describe('get', () => {
  it.each([['o-1'], ['order/o-1'], ['http://127.0.0.1:7001'], ['o-'], ['order/o']])(
    'finds an instance by %s',
    async (name) => {
      const { code, stdout } = await rollcall(['get', name]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^instance +order\/o-1$/m);
      expect(stdout).toMatch(/^metadata team +checkout$/m);
      expect((await rollcall(['get', name, '-o', 'name'])).stdout).toBe('order/o-1\n');
    },
  );

  it('shows a service with its paths', async () => {
    const { stdout } = await rollcall(['get', 'order']);
    expect(stdout).toMatch(/^path +\/orders: /m);
    const { stdout: json } = await rollcall(['get', 'order', '-o', 'json']);
    expect(JSON.parse(json)).toMatchObject({
      service_name: 'order',
      instances: [{ instance_id: 'o-1', metadata: { team: 'checkout' }, traffic: { gets: true } }],
    });
  });
});

describe('explain', () => {
  it('tells why an instance gets no traffic, and how to mend it', async () => {
    const { code, stdout } = await rollcall(['explain', 'b-1']);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^ {2}○ b-1 {2}http:\/\/127\.0\.0\.1:7002 {2}starting since \d+s$/m);
    expect(stdout).toMatch(/^ {4}gets no traffic: \S/m);
    expect(stdout).toMatch(/^ {4}mend: \S/m);
  });

  it.each([
    [['order'], 0],
    [['billing'], 1],
    [['billing/b-1'], 1],
    [['/orders/7'], 0],
    [['post', '/orders'], 0],
    [['GET', '/nothing'], 1],
  ])('%j --fail ends with %i', async (args, code) => {
    expect((await rollcall(['explain', ...args, '--fail'])).code).toBe(code);
    expect((await rollcall(['explain', ...args])).code).toBe(0);
  });

  it("prints the wire's own answer as JSON", async () => {
    const { stdout } = await rollcall(['explain', 'order', '-o', 'json']);
    expect(JSON.parse(stdout)).toEqual(await wire('/explain/order'));
  });

  it('tells what becomes of a request', async () => {
    const { stdout } = await rollcall(['explain', '/orders']);
    expect(stdout).toMatch(/^GET \/orders: forwarded$/m);
    expect(stdout).toMatch(/^ {2}✓ o-1 /m);
  });
});

describe('events', () => {
  it('lists the latest, oldest first, a line each', async () => {
    const { stdout } = await rollcall(['events', '--service', 'billing', '--type', 'registered']);
    expect(stdout).toMatch(/^\S+Z {2}billing\/b-1 {2}registered {2}.* {2}by anonymous\n$/);
    const all = (await rollcall(['events', '-o', 'json', '-n', '2'])).stdout.trimEnd().split('\n');
    const events = all.map((line) => JSON.parse(line) as { revision: number });
    expect(events).toHaveLength(2);
    expect(events[0]?.revision).toBeLessThanOrEqual(events[1]?.revision ?? 0);
  });

  it('says on standard error that there is none', async () => {
    expect(await rollcall(['events', '--actor', 'nobody'])).toEqual({
      code: 0,
      stdout: '',
      stderr: 'no event is like that\n',
    });
  });

  it('follows those that come, until it is interrupted', async () => {
    const following = start(['events', '-f', '-n', '1', '--service', 'passing']);
    const instance = { service_name: 'passing', url: 'http://127.0.0.1:7003', instance_id: 'p-1' };
    await registry.register({ ...instance, ttl_seconds: 300 });
    await eventually(() => following.output().includes('passing/p-1  registered'));
    await registry.call('POST', '/deregister', instance);
    await eventually(() => following.output().includes('passing/p-1  deregistered'));
    const { code, stdout } = await following.end();
    expect(code).toBe(130);
    expect(stdout.split('\n').filter((line) => line.includes('registered'))).toHaveLength(2);
  });
});

describe('watch', () => {
  it('shows what is listed and each change, until it is interrupted', async () => {
    const watching = start(['watch', 'watched', 'order'], 'SIGTERM');
    await eventually(() => watching.output().includes('order/o-1  ● up'));
    const instance = { service_name: 'watched', url: 'http://127.0.0.1:7004', instance_id: 'w-1' };
    await registry.register({ ...instance, ttl_seconds: 300, version: '1.2' });
    await eventually(() =>
      watching.output().includes('watched/w-1  ● up  http://127.0.0.1:7004 version 1.2'),
    );
    await registry.call('PUT', '/instances/w-1/override', { status: 'out_of_service', reason: 'disk' });
    await eventually(() => /watched\/w-1 {2}⊘ out_of_service .*disk/.test(watching.output()));
    await registry.call('POST', '/deregister', instance);
    await eventually(() => watching.output().includes('watched/w-1  ✕ gone'));
    expect((await watching.end()).code).toBe(143);
  });

  it('writes events of the wire, a line each, as JSON', async () => {
    const watching = start(['watch', 'billing', '-o', 'json']);
    const line = await eventually(() => watching.output().split('\n')[0] || undefined);
    expect(JSON.parse(line)).toMatchObject({ event: 'snapshot', data: { service_name: 'billing' } });
    expect((await watching.end()).code).toBe(130);
  });
});

describe('routes', () => {
  it('lists those in force', async () => {
    const { stdout } = await rollcall(['routes']);
    expect(stdout).toMatch(/^\/orders +order +file +1 +round_robin +-$/m);
    const { stdout: json } = await rollcall(['routes', '-o', 'json']);
    expect(JSON.parse(json)).toEqual(await (await fetch(`${gateway.adminUrl}/routes`)).json());
  });

  it('takes a file without a fault', async () => {
    expect(await rollcall(['routes', 'check', inForce])).toEqual({
      code: 0,
      stdout: `${inForce}: 2 routes, no fault\n`,
      stderr: '',
    });
  });

  it('names each fault of a file with its line and column', async () => {
    const faulty = file(
      'faulty.yaml',
      'version: 1\nroutes:\n  - path_prefix: /a\n    servise: order\n  - path_prefix: /b\n    service: order\n    picker: rnd\n',
    );
    const { code, stdout } = await rollcall(['routes', 'check', faulty]);
    expect(code).toBe(1);
    expect(stdout).toContain(`${faulty}:4:5: route /a: servise is no key here: did you mean service?\n`);
    expect(stdout).toMatch(new RegExp(`^${faulty}:7:\\d+: route /b: picker must be `, 'm'));
    const { stdout: json } = await rollcall(['routes', 'check', faulty, '-o', 'json']);
    expect(JSON.parse(json)).toMatchObject({
      faults: expect.arrayContaining([expect.objectContaining({ line: 4, column: 5 })]),
    });
  });

  it.each([
    ['not.yaml', 'version: [1\n', /not\.yaml:\d+:\d+: not YAML/],
    ['empty.yaml', '', /empty\.yaml:1:1: the file is empty/],
  ])('refuses %s', async (name, text, fault) => {
    const { code, stdout } = await rollcall(['routes', 'check', file(name, text)]);
    expect(code).toBe(1);
    expect(stdout).toMatch(fault);
  });

  it('refuses a file that is not there', async () => {
    const { code, stdout } = await rollcall(['routes', 'check', join(dir, 'nothing.yaml')]);
    expect(code).toBe(1);
    expect(stdout).toContain('nothing.yaml:1:1: there is no such file');
  });

  it('tells what a file would change', async () => {
    const next = file(
      'next.yaml',
      'version: 1\nroutes:\n  - path_prefix: /orders\n    service: order\n    picker: weighted\n  - path_prefix: /new\n    service: order\n',
    );
    expect(await rollcall(['routes', 'diff', next])).toEqual({
      code: 1,
      stdout:
        '+ /new\n    service: order\n- /old\n    service: order\n~ /orders\n    picker: "round_robin" → "weighted"\n',
      stderr: '',
    });
    expect((await rollcall(['routes', 'diff', inForce])).code).toBe(0);
    expect((await rollcall(['routes', 'diff', file('bad.yaml', 'routes: 1\n')])).code).toBe(2);
  });
});

describe('guard, whoami, version', () => {
  it('say what there is', async () => {
    expect((await rollcall(['guard'])).stderr).toBe('the guard holds no instance\n');
    expect((await rollcall(['guard', '-o', 'json'])).stdout).toBe('[]\n');
    expect((await rollcall(['whoami'])).stdout).toContain('asks for no token');
    expect(JSON.parse((await rollcall(['whoami', '-o', 'json'])).stdout)).toEqual(await wire('/whoami'));
    const { stdout } = await rollcall(['version', '-o', 'json']);
    expect(JSON.parse(stdout)).toMatchObject({ registry: '0.1.0', node: process.versions.node });
    expect((await rollcall(['--version'])).stdout).toBe('0.1.0\n');
  });
});
