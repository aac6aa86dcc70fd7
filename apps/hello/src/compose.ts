import { createRegisteredService, type RegisteredService } from '@rollcall/registered-service';
import type { Logger } from '@rollcall/service-kit';
import type { HelloConfig } from './config';
import { mountHello } from './http/hello-routes';

export function composeHello(config: HelloConfig, { logger }: { logger: Logger }): RegisteredService {
  return createRegisteredService({
    settings: config,
    logger,
    routes: [{ path_prefix: '/hello' }],
    mount: mountHello,
  });
}
