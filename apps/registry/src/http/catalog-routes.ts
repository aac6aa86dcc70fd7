import { discoverQuerySchema, eventsQuerySchema, serviceNameSchema } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import Joi from 'joi';
import type { CatalogCalls } from './catalog-calls';
import { goneSignal } from './gone-signal';
import { sendReply } from './send-reply';

const discoverPathSchema = Joi.object<{ service_name: string }>({
  service_name: serviceNameSchema.required(),
});

/** @param closing aborts when the registry is going and must keep nobody waiting */
export function mountCatalogRoutes(app: Express, calls: CatalogCalls, closing: AbortSignal): void {
  app.get('/discover/:service_name', async (req, res) => {
    const { service_name } = validate(discoverPathSchema, req.params, 'path');
    const query = validate(discoverQuerySchema, req.query, 'query');
    sendReply(res, await calls.discover(service_name, query, () => goneSignal(res, closing)));
  });

  app.get('/services', (_req, res) => sendReply(res, calls.services()));

  app.get('/events', (req, res) => {
    sendReply(res, calls.events(validate(eventsQuerySchema, req.query, 'query')));
  });
}
