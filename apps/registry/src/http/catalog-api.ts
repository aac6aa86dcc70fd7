import {
  discoverQuerySchema,
  eventsQuerySchema,
  explainQuerySchema,
  recogniseDiscoverQuery,
  type EventsResponse,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { UsualLease } from '../catalog/heartbeat-interval';
import { awaitChange, hasSeenAll, type AwaitChangeDeps } from '../use-cases/await-change';
import { discover, type DiscoverDeps } from '../use-cases/discover';
import { explain, explainAll, type ExplainDeps } from '../use-cases/explain';
import { registryWarming } from '../errors';
import type { CatalogStore } from '../ports/catalog-store';
import { listScrapeTargets } from '../use-cases/list-scrape-targets';
import { listServices } from '../use-cases/list-services';
import type { Call, CallDefinition } from './call-route';
import { goneSignal } from './gone-signal';
import { recogniseServicePath, servicePathSchema } from './service-path';
import type { WaitLimit } from './wait-limit';

export interface CatalogApiOptions extends AwaitChangeDeps, DiscoverDeps, ExplainDeps {
  /** Discoveries that wait for a change. */
  readonly waits: WaitLimit;
  readonly store: CatalogStore;
  /** Whether instances may be running that are not listed. */
  readonly isWarming: () => boolean;
  readonly usualLease: UsualLease;
  /** Aborts when the registry shuts down: waiting calls are answered. */
  readonly closing: AbortSignal;
}

/** The calls that read the catalog: discovery, the list of services, explanations and events. */
export function catalogApi(options: CatalogApiOptions): readonly CallDefinition[] {
  const { catalog, history, waits, isWarming, usualLease, closing } = options;
  return [
    { method: 'GET', path: '/discover/:service_name', needs: 'read', answer: answerDiscover },
    {
      method: 'GET',
      path: '/services',
      needs: 'read',
      answer: () => ({ status: 200, pieces: listServices(options) }),
    },
    {
      method: 'GET',
      path: '/explain/:service_name',
      needs: 'read',
      answer({ params }) {
        const { service_name } = params(servicePathSchema);
        return { status: 200, pieces: explain(options, service_name) };
      },
    },
    {
      method: 'GET',
      path: '/explain',
      needs: 'read',
      answer: ({ query }) => ({ status: 200, pieces: explainAll(options, query(explainQuerySchema)) }),
    },
    { method: 'GET', path: '/events', needs: 'read', answer: answerEvents },
    { method: 'GET', path: '/sd/prometheus', needs: 'read', answer: answerScrapeTargets },
  ];

  /** A promise only for a caller that has to wait. */
  function answerDiscover({ params, query, res, caller }: Call): Reply | Promise<Reply> {
    const { service_name } = params(servicePathSchema, recogniseServicePath);
    const asked = query(discoverQuerySchema, recogniseDiscoverQuery);
    // Another replica has told the caller of more than is known here: an older list would take it back in time.
    if (asked.index !== undefined && asked.index > catalog.revision)
      return options.store.reach(asked.index).then(() => answerAsked());
    return answerAsked();

    function answerAsked(): Reply | Promise<Reply> {
      return hasSeenAll(catalog, service_name, asked)
        ? answerOnceChanged()
        : discover(options, service_name, asked);
    }

    function answerOnceChanged(): Promise<Reply> {
      return waits
        .run({ ...caller.holder(), service: service_name }, () => {
          const signal = goneSignal(res, closing, (end) => caller.whileAllowed('read', end));
          return awaitChange(options, service_name, asked, signal);
        })
        .then(() => {
          // The permission may have been revoked meanwhile.
          caller.require('read');
          return discover(options, service_name, asked);
        });
    }
  }

  /** An error has Prometheus go on with the list that it has; a short list would have it forget whoever is not on it yet. */
  function answerScrapeTargets(): Reply {
    if (isWarming()) throw registryWarming(usualLease.heartbeatIntervalSeconds);
    return { status: 200, pieces: listScrapeTargets(options) };
  }

  function answerEvents({ query }: Call): Reply {
    const body: EventsResponse = {
      catalog_id: catalog.catalogId,
      revision: catalog.revision,
      events: history.find(query(eventsQuerySchema)),
    };
    return { status: 200, body };
  }
}
