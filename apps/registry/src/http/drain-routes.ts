import { acknowledgeRequestSchema, drainQuerySchema, drainRequestSchema } from '@rollcall/contracts';
import { jsonBody, validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import { accessPass } from './access-pass';
import type { CallerOf } from './caller';
import type { DrainCalls } from './drain-calls';
import { goneSignal } from './gone-signal';
import { instancePathSchema } from './instance-path';
import { sendReply } from './send-reply';

/** @param closing aborts when the registry is going and must keep nobody waiting */
export function mountDrainRoutes(
  app: Express,
  calls: DrainCalls,
  { callerOf, closing }: { readonly callerOf: CallerOf; readonly closing: AbortSignal },
): void {
  const request = jsonBody(drainRequestSchema);
  app.post('/instances/:id/drain', accessPass(callerOf, 'write'), request.pass, async (req, res) => {
    const { id } = validate(instancePathSchema, req.params, 'path');
    const query = validate(drainQuerySchema, req.query, 'query');
    const drained = { ...request.of(req), instance_id: id };
    sendReply(res, await calls.drain(drained, query, callerOf(req), goneSignal(res, closing)));
  });

  // The stream's secret is all it takes.
  const acknowledgement = jsonBody(acknowledgeRequestSchema);
  app.post('/acks', acknowledgement.pass, (req, res) => {
    sendReply(res, calls.acknowledge(acknowledgement.of(req)));
  });
}
