import { grantedRoutes, type InstanceRecord } from '../../src/catalog/instance/instance-record';
import { isWithin } from '../../src/catalog/routes/path-claim';
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
  expectSoundClaims(open);
}

/** A path is one service's, with all around it and inside it; who is listed with a route has it; who left it is known. */
function expectSoundClaims({ catalog }: OpenCatalog): void {
  const claims = SERVICES.flatMap((name) =>
    catalog.service(name).claims.map((claim) => ({ name, ...claim })),
  );
  expect(catalog.claims.size).toBe(claims.length);
  for (const one of claims)
    for (const other of claims)
      if (one.name !== other.name) expect(isWithin(one.pathPrefix, other.pathPrefix)).toBe(false);
  for (const name of SERVICES) {
    const { records, claims: own } = catalog.service(name);
    const announced = new Set(records.flatMap(grantedRoutes).map(({ path_prefix: prefix }) => prefix));
    for (const { pathPrefix, unannouncedSince } of own)
      expect(unannouncedSince === undefined).toBe(announced.has(pathPrefix));
    for (const prefix of announced) expect(own.some(({ pathPrefix }) => pathPrefix === prefix)).toBe(true);
  }
}
