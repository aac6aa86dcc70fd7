import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { measureEtcd } from './etcd-metrics';
import type { EtcdState } from './etcd-replica';

const MEMBER: EtcdState['member'] = {
  endpoint: '10.0.0.1:2379',
  version: '3.6.1',
  clusterId: '1',
  hasLeader: true,
  databaseBytes: 1000,
  databaseBytesInUse: 500,
  databaseQuotaBytes: 2000,
  alarms: ['no_space'],
};

async function measured(state: EtcdState): Promise<Readonly<Record<string, number>>> {
  const registry = new Registry();
  measureEtcd(registry, () => state);
  const metrics = await registry.getMetricsAsJSON();
  return Object.fromEntries(
    metrics.flatMap(({ name, values }) => values.map(({ value }) => [name, value] as const)),
  );
}

describe('the metrics of etcd', () => {
  it('are those that docs/metrics.md explains', async () => {
    const document = readFileSync(join(__dirname, '../../../../../docs/metrics.md'), 'utf8');
    const explained = [...document.matchAll(/^\| `(rollcall_etcd_\w+)`/gm)].map(([, name]) => name);
    const there = Object.keys(await measured({ member: MEMBER, unreadable: new Set() }));
    expect(explained.sort()).toEqual(there.sort());
  });

  it('say what etcd has said', async () => {
    expect(await measured({ member: MEMBER, unreadable: new Set(['a', 'b']) })).toEqual({
      rollcall_etcd_database_bytes: 1000,
      rollcall_etcd_quota_bytes: 2000,
      rollcall_etcd_alarms: 1,
      rollcall_etcd_unreadable_instances: 2,
    });
  });

  it('leave out what etcd has not said', async () => {
    const older = { ...MEMBER, databaseQuotaBytes: undefined, alarms: [] };
    expect(await measured({ member: older, unreadable: new Set() })).toEqual({
      rollcall_etcd_database_bytes: 1000,
      rollcall_etcd_alarms: 0,
      rollcall_etcd_unreadable_instances: 0,
    });
    expect(await measured({ member: undefined, unreadable: new Set() })).toEqual({
      rollcall_etcd_unreadable_instances: 0,
    });
  });
});
