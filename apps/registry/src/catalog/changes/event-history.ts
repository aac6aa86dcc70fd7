import type { CatalogEvent } from '@rollcall/contracts';
import type { CommittedChange } from './change';
import { firstAfter } from './first-after';

/** Who changed what, when and why; a bounded number of the latest. */
export interface EventHistory {
  record(change: CommittedChange): void;
  /** Something that changed nothing, at the revision that there is. */
  remark(event: CatalogEvent): void;
  /**
   * Events of later revisions, oldest first. About `limit` of them: a revision is never cut in two, or a reader
   * who goes on from the last revision it got would miss the rest.
   */
  since(revision: number, options: { limit: number; serviceName?: string }): readonly CatalogEvent[];
}

export function createEventHistory({ maxEvents }: { maxEvents: number }): EventHistory {
  let events: CatalogEvent[] = [];

  /** By halves, so that the price of cutting is paid seldom. */
  function cutBack(): void {
    if (events.length > maxEvents * 2) events = events.slice(-maxEvents);
  }

  return {
    record({ revision, at, serviceName, notes }) {
      for (const { type, instanceId, url, actor, reason } of notes)
        events.push({
          revision,
          at,
          type,
          service_name: serviceName,
          instance_id: instanceId,
          url,
          actor,
          reason,
        });
      cutBack();
    },
    remark(event) {
      events.push(event);
      cutBack();
    },
    since(revision, { limit, serviceName }) {
      const found: CatalogEvent[] = [];
      for (let at = firstAfter(events, revision); at < events.length; at += 1) {
        const event = events[at];
        if (event === undefined || (serviceName !== undefined && event.service_name !== serviceName))
          continue;
        if (found.length >= limit && found.at(-1)?.revision !== event.revision) break;
        found.push(event);
      }
      return found;
    },
  };
}
