import type { Instance } from '@rollcall/contracts';
import type { SpanAttributes } from '@rollcall/service-kit';
import type { Entry } from '../catalog/entry';

/** Which instance a span is about. */
export function spanAttributes(instance: Pick<Instance, 'service_name' | 'instance_id'>): SpanAttributes {
  return { 'rollcall.service': instance.service_name, 'rollcall.instance.id': instance.instance_id };
}

export function entryAttributes({ record }: Entry): SpanAttributes {
  const { instanceId, registration } = record;
  return spanAttributes({ service_name: registration.serviceName, instance_id: instanceId });
}
