import { overrideRequestSchema } from '@rollcall/contracts';
import { jsonBody, validate } from '@rollcall/service-kit';
import type { Express, Request, Response } from 'express';
import type { Override } from '../catalog/instance/standing';
import { instanceNotFound } from '../errors';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { setOverride } from '../use-cases/set-override';
import { accessPass } from './access-pass';
import type { CallerOf } from './caller';
import { instancePathSchema } from './instance-path';
import { sendReply } from './send-reply';

export function mountOverrideRoutes(app: Express, deps: ApplyEventDeps, callerOf: CallerOf): void {
  const admins = accessPass(callerOf, 'admin');
  const override = jsonBody(overrideRequestSchema);
  app
    .route('/instances/:id/override')
    .put(admins, override.pass, (req, res) => answer(req, res, override.of(req)))
    .delete(admins, (req, res) => answer(req, res, undefined));

  async function answer(req: Request, res: Response, wanted: Override | undefined): Promise<void> {
    const { id } = validate(instancePathSchema, req.params, 'path');
    const instance = await setOverride(deps, id, wanted, callerOf(req).require('admin'));
    if (instance === undefined) throw instanceNotFound();
    sendReply(res, { status: 200, body: instance });
  }
}
