import {
  overrideRequestSchema,
  serviceNameSchema,
  type GuardReleaseResponse,
  type OverrideRequest,
} from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import Joi from 'joi';
import { instanceIdAmbiguous, instanceNotFound } from '../errors';
import type { ApplyEventDeps } from '../use-cases/apply-event';
import { releaseHeld } from '../use-cases/release-held';
import { forgetOverride, setOverride } from '../use-cases/set-override';
import type { Call, CallDefinition } from './call-route';
import { catchUp, instancePathSchema, resolveTarget } from './instance-target';
import { servicePathSchema } from './service-path';
import { entryAttributes } from './span-attributes';

/** Which service's instance is meant, where several have one of that id. */
export const overrideQuerySchema = Joi.object<{ readonly service?: string }>({ service: serviceNameSchema });

/** The calls of operators: overrides of an instance's status, and the release of the mass-expiry guard. */
export function operatorApi(options: ApplyEventDeps): readonly CallDefinition[] {
  const { catalog } = options;
  const path = '/instances/:id/override';
  return [
    {
      method: 'PUT',
      path,
      needs: 'admin',
      traced: true,
      async answer(call) {
        const override = await call.body(overrideRequestSchema);
        return (await setOn(call, override)) ?? notFound();
      },
    },
    {
      method: 'DELETE',
      path,
      needs: 'admin',
      traced: true,
      answer: async (call) => (await setOn(call, undefined)) ?? (await forget(call)),
    },
    {
      method: 'POST',
      path: '/services/:service_name/guard/release',
      needs: 'admin',
      traced: true,
      async answer({ params, caller }) {
        const { service_name } = params(servicePathSchema);
        const released = await releaseHeld(options, service_name, caller.require('admin'));
        const body: GuardReleaseResponse = { service_name, released };
        return { status: 200, body };
      },
    },
  ];

  /** `undefined`: no such instance is listed. */
  async function setOn(call: Call, wanted: OverrideRequest | undefined): Promise<Reply | undefined> {
    const { id, service } = namedBy(call);
    const named = { instance_id: id, ...(service === undefined ? {} : { service_name: service }) };
    if (resolveTarget(catalog, named).kind === 'unknown') await catchUp(options, named);
    const resolved = resolveTarget(catalog, named);
    if (resolved.kind === 'unknown') return undefined;
    call.span?.set(entryAttributes(resolved.entry));
    const instance = await setOverride(options, resolved.entry, wanted, call.caller.require('admin'));
    return instance && { status: 200, body: instance };
  }

  /** Removes the override of an instance that is not listed. */
  async function forget(call: Call): Promise<Reply> {
    const { id, service } = namedBy(call);
    const serviceNames = service === undefined ? catalog.overrides.servicesNaming(id) : [service];
    const [serviceName, ...others] = serviceNames;
    if (others.length > 0) throw instanceIdAmbiguous(serviceNames);
    const forgotten =
      serviceName !== undefined &&
      (await forgetOverride(options, serviceName, id, call.caller.require('admin')));
    return forgotten ? { status: 204 } : notFound();
  }
}

function namedBy({ params, query }: Call): { readonly id: string; readonly service?: string } {
  return { ...params(instancePathSchema), ...query(overrideQuerySchema) };
}

function notFound(): never {
  throw instanceNotFound();
}
