import { deregisterRequestSchema, heartbeatRequestSchema, registerRequestSchema } from '@rollcall/contracts';
import { jsonBody } from '@rollcall/service-kit';
import type { Express } from 'express';
import type { InstanceCalls } from './instance-calls';
import { sendReply } from './send-reply';

export function mountInstanceRoutes(app: Express, calls: InstanceCalls): void {
  const registration = jsonBody(registerRequestSchema);
  app.post('/register', registration.pass, async (req, res) => {
    sendReply(res, await calls.register(registration.of(req)));
  });

  const beat = jsonBody(heartbeatRequestSchema);
  app.post('/heartbeat', beat.pass, async (req, res) => {
    sendReply(res, await calls.heartbeat(beat.of(req)));
  });

  const withdrawal = jsonBody(deregisterRequestSchema);
  app.post('/deregister', withdrawal.pass, async (req, res) => {
    sendReply(res, await calls.deregister(withdrawal.of(req)));
  });
}
