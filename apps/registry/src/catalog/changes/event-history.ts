import type { BoundUse, CatalogEvent, EventsQuery } from '@rollcall/contracts';
import type { CommittedChange } from './change';
import { firstAfter } from './first-after';

/** Who changed what, when and why; a bounded number of the latest. */
export interface EventHistory {
  /** @returns the events of the change */
  record(change: CommittedChange): readonly CatalogEvent[];
  /** Something that changed nothing, at the revision that there is. */
  remark(event: CatalogEvent): void;
  /** Calls the listener with each remark from now on. */
  onRemark(listener: (event: CatalogEvent) => void): void;
  /**
   * The events that a query asks for, in its order. About `limit` of them: a revision is never cut in two, or a reader
   * who goes on from the last revision it got (`since`, or `before` in the order `desc`) would miss the rest.
   */
  find(query: EventsQuery): readonly CatalogEvent[];
  /** Forgets all of them: the revisions start anew. */
  beginAnew(): void;
  readonly use: BoundUse;
}

export function createEventHistory({ maxEvents }: { maxEvents: number }): EventHistory {
  let events: CatalogEvent[] = [];
  const listeners: ((event: CatalogEvent) => void)[] = [];

  /** By halves, so that the price of cutting is paid seldom. */
  function cutBack(): void {
    if (events.length > maxEvents * 2) events = events.slice(-maxEvents);
  }

  return {
    record({ revision, at, serviceName, notes, replica }) {
      const recorded = notes.map(({ type, instanceId, url, actor, reason }) => ({
        revision,
        at,
        type,
        service_name: serviceName,
        instance_id: instanceId,
        url,
        actor,
        reason,
        ...(replica !== undefined && { replica }),
      }));
      events.push(...recorded);
      cutBack();
      return recorded;
    },
    remark(event) {
      events.push(event);
      cutBack();
      for (const listener of listeners) listener(event);
    },
    onRemark: (listener) => void listeners.push(listener),
    beginAnew: () => void (events = []),
    get use() {
      return { used: events.length, limit: maxEvents * 2 };
    },
    find(query) {
      const { since, before, order, limit } = query;
      const step = order === 'asc' ? 1 : -1;
      const first = firstAfter(events, since);
      const end = before === undefined ? events.length : firstAfter(events, before - 1);
      const found: CatalogEvent[] = [];
      for (let at = order === 'asc' ? first : end - 1; at >= first && at < end; at += step) {
        const event = events[at];
        if (event === undefined || !isAskedFor(event, query)) continue;
        if (found.length >= limit && found.at(-1)?.revision !== event.revision) break;
        found.push(event);
      }
      return found;
    },
  };
}

function isAskedFor(event: CatalogEvent, { service, actor, type }: EventsQuery): boolean {
  return (
    (service === undefined || event.service_name === service) &&
    (actor === undefined || event.actor === actor) &&
    (type === undefined || event.type === type)
  );
}
