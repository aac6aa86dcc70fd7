import type { BrowserGuard } from '@rollcall/service-kit';
import express, { type Express, type Request } from 'express';
import {
  deregisterLegacyService,
  registerLegacyService,
  type LegacyCallDeps,
} from '../use-cases/legacy-service';
import { parseLegacyDeregistration, parseLegacyRegistration } from './legacy-api-body';

export interface LegacyApiDeps extends LegacyCallDeps {
  readonly guard: Pick<BrowserGuard, 'checkPlainTextCall'>;
}

/** The calls by which services of the older gateway announce themselves. */
export function mountLegacyApi(app: Express, deps: LegacyApiDeps): void {
  // Bytes, and no parser by type: the older clients send text under whatever Content-Type their library puts there.
  const readBytes = express.raw({ type: () => true, limit: 65_536 });

  app.use((req, _res, next) => {
    deps.guard.checkPlainTextCall(req);
    next();
  });
  app.post('/register_service', readBytes, async (req, res) => {
    await registerLegacyService(deps, parseLegacyRegistration(textOf(req)), req.get('authorization'));
    res.type('text/plain').send('Service registered successfully');
  });
  app.post('/deregister_service', readBytes, async (req, res) => {
    await deregisterLegacyService(deps, parseLegacyDeregistration(textOf(req)), req.get('authorization'));
    res.type('text/plain').send('Service deregistered successfully');
  });
}

function textOf(req: Request): string {
  return Buffer.isBuffer(req.body) ? req.body.toString('utf8') : '';
}
