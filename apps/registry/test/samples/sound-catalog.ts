import type { InstanceRecord } from '../../src/catalog/instance/instance-record';
import { SERVICES } from './catalog-command';
import type { OpenCatalog } from './open-catalog';

/** Every record of the services that commands are about. */
export const everybody = (open: OpenCatalog): InstanceRecord[] =>
  SERVICES.flatMap((name) => open.catalog.service(name).records);

/** What must hold at any time. */
export function expectSound(open: OpenCatalog): void {
  const { catalog } = open;
  const records = everybody(open);
  expect(catalog.instanceCount).toBe(records.length);
  const ids = records.map(({ instanceId, registration }) => `${registration.serviceName} ${instanceId}`);
  expect(new Set(ids).size).toBe(records.length);
  const addresses = records.map(({ registration }) => `${registration.serviceName} ${registration.url}`);
  expect(new Set(addresses).size).toBe(records.length);
  for (const record of records) {
    const { serviceName, url: address } = record.registration;
    expect(catalog.entry(serviceName, record.instanceId)?.record).toBe(record);
    expect(catalog.entryAt(serviceName, address)?.record).toBe(record);
    expect(record.epoch).toBeLessThanOrEqual(record.revision);
    expect(record.revision).toBeLessThanOrEqual(catalog.service(serviceName).revision);
  }
}
