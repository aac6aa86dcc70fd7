import type { CatalogEvent, DrainProgress, RegistryGuard, RegistryResponse } from '@rollcall/contracts';
import { EMPTY_CATALOG, ofSnapshot, withDelta, type Catalog, type Service } from './catalog';
import type { Connection, Frame } from './frame';

/** Everything that the stream has told so far. Replaced whole: what has not changed is the same object as before. */
export interface LivePicture {
  readonly connection: Connection;
  readonly catalogId: string | undefined;
  /** Whether the catalog is complete: before that an empty one means nothing. */
  readonly synced: boolean;
  readonly catalog: Catalog;
  /** Newest first. */
  readonly events: readonly CatalogEvent[];
  readonly guards: readonly RegistryGuard[];
  /** By the id of the instance that drains. */
  readonly drains: ReadonlyMap<string, DrainProgress>;
  readonly registry: RegistryResponse | undefined;
}

export const FIRST_PICTURE: LivePicture = {
  connection: { status: 'connecting' },
  catalogId: undefined,
  synced: false,
  catalog: EMPTY_CATALOG,
  events: [],
  guards: [],
  drains: new Map(),
  registry: undefined,
};

/** What a page remembers of events; the registry has more (`GET /events`). */
export const KEPT_EVENTS = 500;

/** Applies frames in the order in which they come. `gap` is called when one does not follow on what is known. */
export function createLivePicture(first: LivePicture = FIRST_PICTURE): {
  readonly current: () => LivePicture;
  /** `gap`: a frame is missing before one of these; the stream has to begin anew. */
  readonly apply: (frames: readonly Frame[]) => 'applied' | 'gap';
  /** Events of before the stream began. */
  readonly addPast: (events: readonly CatalogEvent[]) => void;
} {
  let picture = first;
  /** A catalog that is being sent from its beginning. The one before it is shown until it is complete. */
  let incoming: Map<string, Service> | undefined;

  function applyTo(catalog: Map<string, Service>, frame: Frame): 'applied' | 'gap' {
    if (frame.type === 'snapshot') {
      put(catalog, ofSnapshot(frame.data));
    } else if (frame.type === 'delta') {
      const service = withDelta(catalog.get(frame.data.service_name), frame.data);
      if (service === undefined) return 'gap';
      put(catalog, service);
    }
    return 'applied';
  }

  return {
    current: () => picture,
    addPast(events) {
      picture = { ...picture, events: mergeEvents(events, picture.events) };
    },
    apply(frames) {
      let { connection, catalogId, synced, guards, drains, registry } = picture;
      let catalog: Map<string, Service> | undefined;
      let known = picture.events;
      const news: CatalogEvent[] = [];
      for (const frame of frames) {
        switch (frame.type) {
          case 'connection':
            connection = frame.data;
            break;
          case 'hello':
            // Revisions of another catalog are no later or earlier than those of this one.
            if (catalogId !== undefined && catalogId !== frame.data.catalog_id)
              [known, drains] = [[], new Map()];
            catalogId = frame.data.catalog_id;
            incoming = frame.data.resumed ? undefined : new Map();
            break;
          case 'snapshot':
          case 'delta':
            if (applyTo(incoming ?? (catalog ??= new Map(picture.catalog)), frame) === 'gap') return 'gap';
            break;
          case 'synced':
            if (incoming !== undefined) catalog = incoming;
            incoming = undefined;
            synced = true;
            break;
          case 'event':
            news.unshift(frame.data);
            break;
          case 'guard':
            guards = frame.data.guards;
            break;
          case 'drain':
            drains = new Map(drains).set(frame.data.instance_id, frame.data);
            break;
          case 'registry':
            registry = frame.data;
            break;
          case 'traffic':
            // Figures of the moment, of which who comes later gets the next ones: not part of the picture.
            break;
        }
      }
      if (catalog !== undefined) drains = underWay(drains, catalog);
      const events = news.length === 0 ? known : mergeEvents(news, known);
      picture = {
        connection,
        catalogId,
        synced,
        catalog: catalog ?? picture.catalog,
        events,
        guards,
        drains,
        registry,
      };
      return 'applied';
    },
  };
}

/** Newest first, each once: after a resume some come a second time. */
export function mergeEvents(
  some: readonly CatalogEvent[],
  others: readonly CatalogEvent[],
  kept = KEPT_EVENTS,
): readonly CatalogEvent[] {
  const latest = others[0]?.revision ?? -1;
  // As it is with almost every frame: nothing has to be looked for.
  if (areInOrder(some) && some.every(({ revision }) => revision > latest))
    return [...some, ...others].slice(0, kept);
  const seen = new Set<string>();
  return [...some, ...others]
    .filter((event) => {
      const key = keyOfEvent(event);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => b.revision - a.revision || b.at - a.at)
    .slice(0, kept);
}

function areInOrder(events: readonly CatalogEvent[]): boolean {
  return events.every(({ revision }, index) => revision < (events[index - 1]?.revision ?? Infinity));
}

/** Two events are the same when all of their fields are. */
export function keyOfEvent({ revision, at, type, instance_id, actor, reason }: CatalogEvent): string {
  return JSON.stringify([revision, at, type, instance_id, actor, reason]);
}

/** A service without an instance and without a path is as if it had never been. */
function put(catalog: Map<string, Service>, service: Service): void {
  if (service.instances.length > 0 || service.claims.length > 0) catalog.set(service.name, service);
  else catalog.delete(service.name);
}

/** A drain is over when its instance has left the list, of which no frame of its own tells. */
function underWay(drains: LivePicture['drains'], catalog: Catalog): LivePicture['drains'] {
  const still = [...drains].filter(([id, { service_name }]) =>
    catalog
      .get(service_name)
      ?.instances.some(({ instance_id, status }) => instance_id === id && status === 'draining'),
  );
  return still.length === drains.size ? drains : new Map(still);
}
