import type { GuardReleaseResponse } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { releaseHeld } from '../use-cases/release-held';
import type { CallerOf } from './caller';
import { sendReply } from './send-reply';
import { servicePathSchema } from './service-path';

export function mountGuardRoutes(app: Express, deps: ApplyEventDeps, callerOf: CallerOf): void {
  app.post('/services/:service_name/guard/release', async (req, res) => {
    const by = callerOf(req).require('admin');
    const { service_name } = validate(servicePathSchema, req.params, 'path');
    const released = await releaseHeld(deps, service_name, by);
    const body: GuardReleaseResponse = { service_name, released };
    sendReply(res, { status: 200, body });
  });
}
