import { acknowledgeRequestSchema, drainQuerySchema, drainRequestSchema } from '@rollcall/contracts';
import { jsonBody, validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import type { DrainCalls } from './drain-calls';
import { goneSignal } from './gone-signal';
import { instancePathSchema } from './instance-path';
import { sendReply } from './send-reply';

/** @param closing aborts when the registry is going and must keep nobody waiting */
export function mountDrainRoutes(app: Express, calls: DrainCalls, closing: AbortSignal): void {
  const request = jsonBody(drainRequestSchema);
  app.post('/instances/:id/drain', request.pass, async (req, res) => {
    const { id } = validate(instancePathSchema, req.params, 'path');
    const query = validate(drainQuerySchema, req.query, 'query');
    sendReply(res, await calls.drain(id, request.of(req), query, goneSignal(res, closing)));
  });

  const acknowledgement = jsonBody(acknowledgeRequestSchema);
  app.post('/acks', acknowledgement.pass, (req, res) => {
    sendReply(res, calls.acknowledge(acknowledgement.of(req)));
  });
}
