import { discoverQuerySchema, eventsQuerySchema, recogniseDiscoverQuery } from '@rollcall/contracts';
import type { CallDefinition } from './call-route';
import type { CatalogCalls } from './catalog-calls';
import { goneSignal } from './gone-signal';
import { recogniseServicePath, servicePathSchema } from './service-path';

/** @param closing aborts when the registry is going and must keep nobody waiting */
export function catalogApi(calls: CatalogCalls, closing: AbortSignal): readonly CallDefinition[] {
  return [
    {
      method: 'GET',
      path: '/discover/:service_name',
      needs: 'read',
      answer({ params, query, res, caller }) {
        const { service_name } = params(servicePathSchema, recogniseServicePath);
        const asked = query(discoverQuerySchema, recogniseDiscoverQuery);
        return calls.discover(service_name, asked, caller, () =>
          goneSignal(res, closing, (end) => caller.whileAllowed('read', end)),
        );
      },
    },
    { method: 'GET', path: '/services', needs: 'read', answer: () => calls.services() },
    {
      method: 'GET',
      path: '/explain/:service_name',
      needs: 'read',
      answer: ({ params }) => calls.explain(params(servicePathSchema).service_name),
    },
    {
      method: 'GET',
      path: '/events',
      needs: 'read',
      answer: ({ query }) => calls.events(query(eventsQuerySchema)),
    },
  ];
}
