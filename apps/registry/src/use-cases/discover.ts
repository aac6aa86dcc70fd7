import type { DiscoverQuery, DiscoverResponse } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import { selectRecords } from '../catalog/discovery';
import { toInstance } from '../catalog/instance/instance-record';

/** Who is to be found under a name now. A name that nobody has registered is an empty list. */
export function discover(
  { catalog }: { readonly catalog: Catalog },
  serviceName: string,
  query: DiscoverQuery,
): DiscoverResponse {
  const { revision, records } = catalog.service(serviceName);
  return {
    service_name: serviceName,
    catalog_id: catalog.catalogId,
    revision,
    instances: selectRecords(records, query).map((record) => toInstance(record, catalog.heardAt(record))),
  };
}
