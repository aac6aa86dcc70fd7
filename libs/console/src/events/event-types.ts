import type { CatalogEventType } from '@rollcall/contracts';

/** Every type, in the order of a life. A record, so that a new one is missed here. */
const TYPES: Readonly<Record<CatalogEventType, true>> = {
  registered: true,
  replaced: true,
  status_changed: true,
  deregistered: true,
  evicted: true,
  routes_changed: true,
  route_refused: true,
  address_taken: true,
  id_taken: true,
};

export const CATALOG_EVENT_TYPES: readonly string[] = Object.keys(TYPES);
