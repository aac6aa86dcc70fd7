import { createRegisteredService, type RegisteredService } from '@rollcall/registered-service';
import type { ServiceKit } from '@rollcall/service-kit';
import type { HelloConfig } from './config';
import type { Express } from 'express';

export function composeHello(config: HelloConfig, { logger, tracer }: ServiceKit): RegisteredService {
  return createRegisteredService({
    settings: config,
    logger,
    tracer,
    routes: [{ path_prefix: '/hello' }],
    mount: mountHello,
  });
}

/** Text, not an object: callers of the older example get what they always got, byte for byte. */
const GREETING = '{"message": "Hello from the Service!"}';

function mountHello(app: Express): void {
  app.get(['/', '/hello'], (_req, res) => {
    res.type('json').send(GREETING);
  });
}
