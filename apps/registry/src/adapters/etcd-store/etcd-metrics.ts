import { Gauge, type Registry } from 'prom-client';
import type { EtcdState } from './etcd-replica';

/** Metrics of etcd itself (docs/metrics.md), as it was asked within the last minute. Those that it has not told are left out. */
export function measureEtcd(registry: Registry, state: () => EtcdState): void {
  const gauge = (name: string, help: string, read: (now: EtcdState) => number | undefined): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const value = read(state());
        if (value === undefined) this.remove();
        else this.set(value);
      },
    });
  };
  gauge(
    'rollcall_etcd_database_bytes',
    "Size of the member's database file, which etcd compares with its quota.",
    ({ member }) => member?.databaseBytes,
  );
  gauge(
    'rollcall_etcd_quota_bytes',
    'Size at which etcd refuses changes; etcd tells it from version 3.6 on.',
    ({ member }) => member?.databaseQuotaBytes,
  );
  gauge(
    'rollcall_etcd_alarms',
    'Alarms that etcd has raised: no space, or corrupt data.',
    ({ member }) => member?.alarms.length,
  );
  gauge(
    'rollcall_etcd_unreadable_instances',
    'Instances in etcd that this version of the registry cannot read, and leaves as they are.',
    ({ unreadable }) => unreadable.size,
  );
}
