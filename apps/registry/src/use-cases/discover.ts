import type { DiscoverQuery } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import { selectRecords } from '../catalog/discovery';
import type { InstanceRecord } from '../catalog/instance/instance-record';

export interface DiscoverDeps {
  readonly catalog: Catalog;
  /** An instance as JSON. */
  readonly textOf: (record: InstanceRecord) => string;
}

/**
 * Who is to be found under a name now. A name that nobody has registered is an empty list.
 *
 * @returns a `DiscoverResponse` as JSON: thousands ask for what changes seldom
 */
export function discover(
  { catalog, textOf }: DiscoverDeps,
  serviceName: string,
  query: DiscoverQuery,
): string {
  const { revision, records } = catalog.service(serviceName);
  const beginning = JSON.stringify({ service_name: serviceName, catalog_id: catalog.catalogId, revision });
  return `${beginning.slice(0, -1)},"instances":[${selectRecords(records, query).map(textOf).join(',')}]}`;
}
