import type { IncomingMessage } from 'node:http';
import type { Catalog } from '../catalog/catalog';
import type { CatalogStore } from '../ports/catalog-store';
import type { WatchHub } from '../watch/watch-hub';
import type { WatchList } from '../watch/watch-list';

export interface OpenInTimeDeps {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly hub: WatchHub;
}

/**
 * Opens a stream, at once as a rule. Where another replica has told the reader of more than is known here, snapshots would
 * take it back in time: then once this one has seen as much.
 */
export function openInTime(
  { catalog, store, hub }: OpenInTimeDeps,
  { headers: { 'last-event-id': lastEventId } }: IncomingMessage,
  list: WatchList,
  open: () => undefined,
): undefined | Promise<undefined> {
  const known = typeof lastEventId === 'string' ? Number.parseInt(lastEventId, 10) : NaN;
  if (!(known > catalog.revision) || !hub.hasMade(list, lastEventId)) return open();
  return store.reach(known).then(open);
}
