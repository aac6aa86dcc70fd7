import type { EventsQuery, EventsResponse } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import type { EventHistory } from '../catalog/changes/event-history';

/** Who changed what, when and why, as far back as is remembered. */
export function listEvents(
  { catalog, history }: { readonly catalog: Catalog; readonly history: EventHistory },
  { service, since, limit }: EventsQuery,
): EventsResponse {
  return {
    catalog_id: catalog.catalogId,
    revision: catalog.revision,
    events: history.since(since, { limit, ...(service === undefined ? {} : { serviceName: service }) }),
  };
}
