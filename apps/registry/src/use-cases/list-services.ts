import type { ServicesResponse } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import { toInstance } from '../catalog/instance/instance-record';

/** Everything that is listed, whatever its status, by service. */
export function listServices({ catalog }: { readonly catalog: Catalog }): ServicesResponse {
  const occupied = catalog.services().filter(({ records }) => records.length > 0);
  return {
    catalog_id: catalog.catalogId,
    revision: catalog.revision,
    // fromEntries defines its keys, where assigning would trip over a service called "__proto__".
    services: Object.fromEntries(
      occupied.map(({ serviceName, records }) => [
        serviceName,
        records.map((record) => toInstance(record, catalog.heardAt(record))),
      ]),
    ),
  };
}
