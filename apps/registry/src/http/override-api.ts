import { overrideRequestSchema } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { Override } from '../catalog/instance/standing';
import { instanceNotFound } from '../errors';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { setOverride } from '../use-cases/set-override';
import type { Call, CallDefinition } from './call-route';
import { instancePathSchema } from './instance-path';

export function overrideApi(deps: ApplyEventDeps): readonly CallDefinition[] {
  const path = '/instances/:id/override';
  return [
    {
      method: 'PUT',
      path,
      needs: 'admin',
      answer: async (call) => override(call, await call.body(overrideRequestSchema)),
    },
    { method: 'DELETE', path, needs: 'admin', answer: (call) => override(call, undefined) },
  ];

  async function override(call: Call, wanted: Override | undefined): Promise<Reply> {
    const { id } = call.params(instancePathSchema);
    const instance = await setOverride(deps, id, wanted, call.caller.require('admin'));
    if (instance === undefined) throw instanceNotFound();
    return { status: 200, body: instance };
  }
}
