import { serviceNameSchema, type GuardReleaseResponse } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import Joi from 'joi';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { releaseHeld } from '../use-cases/release-held';
import { sendReply } from './send-reply';

const servicePathSchema = Joi.object<{ service_name: string }>({
  service_name: serviceNameSchema.required(),
});

/** Who asks where nobody has to say who they are. */
const ANYBODY = 'anonymous';

export function mountGuardRoutes(app: Express, deps: ApplyEventDeps): void {
  app.post('/services/:service_name/guard/release', async (req, res) => {
    const { service_name } = validate(servicePathSchema, req.params, 'path');
    const released = await releaseHeld(deps, service_name, ANYBODY);
    const body: GuardReleaseResponse = { service_name, released };
    sendReply(res, { status: 200, body });
  });
}
