import type { ServicesResponse } from '@rollcall/contracts';
import { run, type RunOptions } from './capture';
import { useRegistry } from './real-registry';

const registry = useRegistry();
const rollcall = (args: readonly string[], options: RunOptions = {}) =>
  run(args, { ...options, env: { REGISTRY_URL: registry.url, ...options.env } });

const HOSTILE = '\u001b]0;owned\u0007\u001b[2J\u009b31m\u202egnp\u061c';

beforeAll(async () => {
  const up = { status: 'up', ttl_seconds: 300 };
  await registry.register({
    ...up,
    service_name: 'order',
    url: 'http://127.0.0.1:7001',
    instance_id: 'o-1',
    version: '1.0',
    zone: 'a',
  });
  await registry.register({
    ...up,
    service_name: 'order',
    url: 'http://127.0.0.1:7002',
    instance_id: 'o-2',
    version: '2.0',
    zone: 'b',
    tags: ['canary'],
    metadata: { note: HOSTILE, a: 'x'.repeat(900), b: 'y'.repeat(900) },
  });
  await registry.register({
    ...up,
    service_name: 'billing',
    url: 'http://127.0.0.1:7003',
    instance_id: 'b-1',
    status: 'starting',
  });
});

describe('ls', () => {
  it('lists services in a table, those that need attention first', async () => {
    const { code, stdout, stderr } = await rollcall(['ls']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const [titles, first, second, ...more] = stdout.trimEnd().split('\n');
    expect(titles).toMatch(/^SERVICE +ROLL +UP +VERSIONS +CHANGED +NEEDS ATTENTION$/);
    expect(first).toMatch(/^billing +○ +0\/1 +- +\d+s +no instance gets traffic; 1 starting/);
    expect(second).toMatch(/^order +●● +2\/2 +1\.0,2\.0 +\d+s/);
    expect(more).toEqual([]);
  });

  it('shows what services are asked, once their callers have reported it', async () => {
    const { services } = (await (await registry.call('GET', '/services')).json()) as ServicesResponse;
    const [{ service_name, instance_id, epoch } = fail()] = services['order'] ?? [];
    const counts = { retried: 0, in_flight: 0, buckets: { 14: 196, 31: 4 } };
    const calls = { service_name: 'billing', requests: 200, failed: 3, ...counts };
    const edges = [calls, { ...calls, instance_id: 'b-1' }];
    const report = { reporter: { service_name, instance_id, epoch }, seq: 1, window_ms: 10_000, edges };
    expect((await registry.call('POST', '/reports', report)).status).toBe(200);

    const [titles, first, second] = (await rollcall(['ls'])).stdout.split('\n');
    expect(titles).toMatch(/^SERVICE +ROLL +UP +VERSIONS +REQ\/S +FAILED +P99 +CHANGED +NEEDS ATTENTION$/);
    expect(first).toMatch(/^billing +○ +0\/1 +- +[\d.]+ +1\.50% +26 ms +\d+s /);
    expect(second).toMatch(/^order +●● +2\/2 +1\.0,2\.0 +- +- +- +\d+s/);
  });

  it("prints the wire's own answer as JSON, and nothing else", async () => {
    const { stdout } = await rollcall(['ls', '-o', 'json']);
    const wire: unknown = await (await registry.call('GET', '/services')).json();
    expect(JSON.parse(stdout)).toEqual(wire);
  });

  it.each([
    [['ls', '-o', 'name'], 'billing\norder\n'],
    [['ls', 'order', '-o', 'name'], 'order/o-1\norder/o-2\n'],
    [['ls', 'order', '-o', 'name', '--zone', 'b'], 'order/o-2\n'],
    [['ls', 'order', '-o', 'name', '--tag', 'canary'], 'order/o-2\n'],
    [['ls', '-o', 'name', '--version', '2.0'], 'order\n'],
    [['ls', '-o', 'name', '--status', 'starting'], 'billing\n'],
    [['-o', 'name', 'ls', '-q', 'OWNED'], 'order\n'],
  ])('%j prints names alone', async (args, stdout) => {
    expect(await rollcall(args)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([['table'], ['wide'], ['json'], ['yaml'], ['name']])(
    'lets nothing that is registered reach the terminal with -o %s',
    async (form) => {
      const { stdout } = await rollcall(['ls', 'order', '-o', form]);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/[\p{Cc}\u061c\u202e]/u);
      expect(stdout).toContain('o-2');
    },
  );

  it('keeps hostile metadata whole in JSON', async () => {
    const { stdout } = await rollcall(['ls', 'order', '-o', 'json']);
    const { services } = JSON.parse(stdout) as { services: { order: { metadata: { note?: string } }[] } };
    expect(services.order.map(({ metadata }) => metadata.note)).toEqual([undefined, HOSTILE]);
  });

  it('fits into the terminal', async () => {
    const { stdout } = await rollcall(['ls', 'order', '-o', 'wide'], { columns: 60, env: { NO_COLOR: '1' } });
    for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(60);
    expect(stdout).not.toContain('\u001b');
  });

  it('colours on a terminal only', async () => {
    expect((await rollcall(['ls'], { columns: 200 })).stdout).toContain('\u001b[');
    expect((await rollcall(['ls'])).stdout).not.toContain('\u001b');
  });

  it('names the nearest service when there is none of that name', async () => {
    expect(await rollcall(['ls', 'ordr'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'error: there is no service ordr\n mend: did you mean order?\n',
    });
  });
});

function fail(): never {
  throw new Error('the order service is not listed');
}
