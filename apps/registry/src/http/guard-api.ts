import type { GuardReleaseResponse } from '@rollcall/contracts';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { releaseHeld } from '../use-cases/release-held';
import type { CallDefinition } from './call-route';
import { servicePathSchema } from './service-path';

export function guardApi(deps: ApplyEventDeps): readonly CallDefinition[] {
  return [
    {
      method: 'POST',
      path: '/services/:service_name/guard/release',
      needs: 'admin',
      async answer({ params, caller }) {
        const { service_name } = params(servicePathSchema);
        const released = await releaseHeld(deps, service_name, caller.require('admin'));
        const body: GuardReleaseResponse = { service_name, released };
        return { status: 200, body };
      },
    },
  ];
}
