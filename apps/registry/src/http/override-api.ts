import { overrideRequestSchema, serviceNameSchema } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import Joi from 'joi';
import { narrowReference, resolveReference } from '../catalog/decisions/reference';
import type { Override } from '../catalog/instance/standing';
import { instanceIdAmbiguous, instanceNotFound } from '../errors';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { forgetOverride, setOverride } from '../use-cases/set-override';
import type { Call, CallDefinition } from './call-route';
import { instancePathSchema } from './instance-path';

/** Which service's instance is meant, where several have one of that id. */
export const overrideQuerySchema = Joi.object<{ readonly service?: string }>({ service: serviceNameSchema });

export function overrideApi(deps: ApplyEventDeps): readonly CallDefinition[] {
  const path = '/instances/:id/override';
  return [
    {
      method: 'PUT',
      path,
      needs: 'admin',
      async answer(call) {
        const override = await call.body(overrideRequestSchema);
        return (await set(call, override)) ?? notFound();
      },
    },
    {
      method: 'DELETE',
      path,
      needs: 'admin',
      answer: async (call) => (await set(call, undefined)) ?? (await forget(call)),
    },
  ];

  /** `undefined`: no such instance is listed. */
  async function set(call: Call, wanted: Override | undefined): Promise<Reply | undefined> {
    const { id } = call.params(instancePathSchema);
    const { service } = call.query(overrideQuerySchema);
    const named = { instance_id: id, ...(service === undefined ? {} : { service_name: service }) };
    const narrowed = narrowReference(deps.catalog, named, () => true);
    if (narrowed.kind === 'ambiguous') throw instanceIdAmbiguous(narrowed.serviceNames);
    const resolved = resolveReference(deps.catalog, narrowed.reference);
    if (resolved.kind === 'unknown') return undefined;
    const instance = await setOverride(deps, resolved.entry, wanted, call.caller.require('admin'));
    return instance && { status: 200, body: instance };
  }

  /** Of one that is gone. */
  async function forget(call: Call): Promise<Reply> {
    const { id } = call.params(instancePathSchema);
    const { service } = call.query(overrideQuerySchema);
    const serviceNames = service === undefined ? deps.catalog.overrides.servicesNaming(id) : [service];
    const [serviceName, ...others] = serviceNames;
    if (others.length > 0) throw instanceIdAmbiguous(serviceNames);
    const forgotten =
      serviceName !== undefined &&
      (await forgetOverride(deps, serviceName, id, call.caller.require('admin')));
    return forgotten ? { status: 204 } : notFound();
  }
}

function notFound(): never {
  throw instanceNotFound();
}
