import type { DiscoverQuery, EventsQuery } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { awaitChange, hasSeenAll, type AwaitChangeDeps } from '../use-cases/await-change';
import { discover, type DiscoverDeps } from '../use-cases/discover';
import { explain, type ExplainDeps } from '../use-cases/explain';
import { listEvents } from '../use-cases/list-events';
import { listServices } from '../use-cases/list-services';
import type { Caller } from './caller';
import type { WaitingRoom } from './waiting-room';

export type CatalogCallsDeps = AwaitChangeDeps & DiscoverDeps & ExplainDeps & { readonly room: WaitingRoom };

/** What anybody may ask. Valid requests in, replies out, and no framework on the way. */
export interface CatalogCalls {
  /**
   * A promise only for a caller who has to wait. `signal`: the caller has gone or may not ask any more, or the registry
   * is going.
   */
  discover(
    serviceName: string,
    query: DiscoverQuery,
    caller: Caller,
    signal: () => AbortSignal,
  ): Reply | Promise<Reply>;
  services(): Reply;
  events(query: EventsQuery): Reply;
  explain(serviceName: string): Reply;
}

export function createCatalogCalls(deps: CatalogCallsDeps): CatalogCalls {
  return {
    discover(serviceName, query, caller, signal) {
      if (!hasSeenAll(deps.catalog, serviceName, query)) return discover(deps, serviceName, query);
      return deps.room
        .enter({ ...caller.holder(), service: serviceName }, () =>
          awaitChange(deps, serviceName, query, signal()),
        )
        .then(() => {
          // It may have been taken away meanwhile.
          caller.require('read');
          return discover(deps, serviceName, query);
        });
    },
    services: () => ({ status: 200, pieces: listServices(deps) }),
    events: (query) => ({ status: 200, body: listEvents(deps, query) }),
    explain: (serviceName) => ({ status: 200, pieces: explain(deps, serviceName) }),
  };
}
