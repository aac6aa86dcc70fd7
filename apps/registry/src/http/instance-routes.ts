import { deregisterRequestSchema, heartbeatRequestSchema, registerRequestSchema } from '@rollcall/contracts';
import { jsonBody } from '@rollcall/service-kit';
import type { Express } from 'express';
import { accessPass } from './access-pass';
import type { CallerOf } from './caller';
import type { InstanceCalls } from './instance-calls';
import { sendReply } from './send-reply';

export function mountInstanceRoutes(app: Express, calls: InstanceCalls, callerOf: CallerOf): void {
  const writes = accessPass(callerOf, 'write');

  const registration = jsonBody(registerRequestSchema);
  app.post('/register', writes, registration.pass, async (req, res) => {
    sendReply(res, await calls.register(registration.of(req), callerOf(req)));
  });

  const beat = jsonBody(heartbeatRequestSchema);
  app.post('/heartbeat', writes, beat.pass, async (req, res) => {
    sendReply(res, await calls.heartbeat(beat.of(req), callerOf(req)));
  });

  const withdrawal = jsonBody(deregisterRequestSchema);
  app.post('/deregister', writes, withdrawal.pass, async (req, res) => {
    sendReply(res, await calls.deregister(withdrawal.of(req), callerOf(req)));
  });
}
