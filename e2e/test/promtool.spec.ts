import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startCluster, type Cluster } from '../src/cluster';
import { request } from '../src/expect-answer';
import { describeWithPrometheus, observability } from '../src/prometheus-process';

const inFolder = (file: string) => join(observability, 'prometheus', file);

function promtool(args: readonly string[], input = '') {
  const { status, stdout, stderr } = spawnSync('promtool', args, { input, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

describeWithPrometheus('promtool', () => {
  it.each([
    ['check', 'config', 'prometheus.yml'],
    ['check', 'rules', 'alerts.yml'],
    // That each alert fires, and that it does not.
    ['test', 'rules', 'alerts.test.yml'],
  ])('has no fault to find: %s %s %s', (verb, what, file) => {
    expect(promtool([verb, what, inFolder(file)])).toMatchObject({
      status: 0,
      output: expect.stringContaining('SUCCESS'),
    });
  });

  it('has seen each alert fire, and not fire', () => {
    const alerts = [...readFileSync(inFolder('alerts.yml'), 'utf8').matchAll(/- alert: (\w+)/g)].map(
      ([, name]) => name,
    );
    const tests = readFileSync(inFolder('alerts.test.yml'), 'utf8').split('\n  - name: ').slice(1);
    const tested = (fires: boolean) =>
      tests
        .filter((test) => test.includes('exp_alerts: []') !== fires)
        .map((test) => /alertname: (\w+)/.exec(test)?.[1]);
    expect(alerts).toHaveLength(18);
    for (const fires of [true, false]) expect([...new Set(tested(fires))]).toEqual(alerts);
  });
});

describeWithPrometheus('the metrics of every app', () => {
  let cluster: Cluster;
  beforeAll(async () => {
    cluster = await startCluster();
  });
  afterAll(() => cluster.stop());

  it('are as promtool wants them', async () => {
    const services = await Promise.all(
      (['product', 'order', 'hello'] as const).map((app) => cluster.add(app)),
    );
    for (const { app, healthUrl } of [cluster.registry(), cluster.gateway(), ...services]) {
      const { text } = await request(`${healthUrl}/metrics`);
      expect({ app, ...promtool(['check', 'metrics'], text) }).toEqual({ app, status: 0, output: '' });
    }
  });
});
