import { discoverQuerySchema, eventsQuerySchema } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import { accessPass } from './access-pass';
import type { CallerOf } from './caller';
import type { CatalogCalls } from './catalog-calls';
import { goneSignal } from './gone-signal';
import { sendReply } from './send-reply';
import { servicePathSchema } from './service-path';

/** @param closing aborts when the registry is going and must keep nobody waiting */
export function mountCatalogRoutes(
  app: Express,
  calls: CatalogCalls,
  { callerOf, closing }: { readonly callerOf: CallerOf; readonly closing: AbortSignal },
): void {
  const reads = accessPass(callerOf, 'read');

  app.get('/discover/:service_name', reads, async (req, res) => {
    const { service_name } = validate(servicePathSchema, req.params, 'path');
    const query = validate(discoverQuerySchema, req.query, 'query');
    sendReply(res, await calls.discover(service_name, query, () => goneSignal(res, closing)));
  });

  app.get('/services', reads, (_req, res) => sendReply(res, calls.services()));

  app.get('/explain/:service_name', reads, (req, res) => {
    sendReply(res, calls.explain(validate(servicePathSchema, req.params, 'path').service_name));
  });

  app.get('/events', reads, (req, res) => {
    sendReply(res, calls.events(validate(eventsQuerySchema, req.query, 'query')));
  });
}
