import {
  type ExplainAllResponse,
  type ExplainedGuard,
  type ExplainedInstance,
  type ExplainedInstanceOverride,
  type ExplainedOverride,
  type ExplainedProbe,
  type ExplainedReplicas,
  type ExplainedTraffic,
  type ExplainResponse,
} from '@rollcall/contracts';
import { objectSchema, schemaRef, type JsonSchema } from '@rollcall/service-kit';
import { instanceStatus } from './answer-schemas';
import { catalogId, listOf, orNull, revision, seconds, text, wholeNumber } from './vocabulary';

const nullable = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });

const guard = objectSchema<ExplainedGuard>({
  since: seconds,
  until: { ...seconds, description: 'Seconds since 1970; it ends then at the latest' },
  held: listOf(text('Id of an instance that it holds')),
  mend: text('What is to be done about it'),
});

const traffic = objectSchema<ExplainedTraffic>({
  gets: { type: 'boolean' },
  why: text('A sentence'),
  mend: {
    ...orNull('string'),
    description: 'What is to be done for it to get traffic; null when it gets some',
  },
});

const probe = objectSchema<ExplainedProbe>({
  at: seconds,
  outcome: text(
    '`answered`, `anonymous`, `somebody_else`, `refused`, `timed_out`, `unreachable`, `silent`, `unverified`',
  ),
});

const replicas = objectSchema<ExplainedReplicas>({
  last_heartbeat: {
    ...orNull('string'),
    description:
      'Id of the replica that was sent its last heartbeat; null when none is known to the one that answers',
  },
  session: {
    ...orNull('string'),
    description: 'Id of the replica at which its session is open; null when none is known',
  },
});

const overrideFields = {
  status: { const: 'out_of_service' },
  reason: text('The reason that the operator gave'),
  until: {
    ...orNull('integer'),
    description: 'Seconds since 1970: when the registry removes it; null: it stays until it is removed',
  },
};

const keptOverride = objectSchema<ExplainedOverride>({
  ...overrideFields,
  instance_ids: listOf(text('Id of the instance, in one of its incarnations')),
  urls: listOf(text('Its address, in one of its incarnations')),
  by: text('Who set it'),
  since: seconds,
});

/** The answers of `GET /explain` and `GET /explain/:service_name`. */
export const explainSchemas = () => ({
  ExplainedInstance: objectSchema<ExplainedInstance>(
    {
      instance_id: { type: 'string' },
      url: { type: 'string', format: 'uri' },
      epoch: wholeNumber('The revision at registration'),
      status: instanceStatus,
      since: {
        ...orNull('integer'),
        description: 'Since when; null when that is longer ago than is remembered',
      },
      traffic,
      last_heartbeat: seconds,
      lease_ends: { ...orNull('integer'), description: 'Unless something renews it; null without a lease' },
      session: { enum: ['never', 'open', 'lost'] },
      last_probe: nullable(probe),
      held: { type: 'boolean', description: 'Held by the mass-expiry guard' },
      override: nullable(objectSchema<ExplainedInstanceOverride>(overrideFields)),
      refused_routes: listOf(schemaRef('RefusedRoute')),
      warnings: listOf(text('What is to be mended')),
      replicas,
    },
    { optional: ['replicas'] },
  ),
  ExplainResponse: objectSchema<ExplainResponse>({
    service_name: { type: 'string' },
    catalog_id: catalogId,
    revision,
    guard: nullable(guard),
    claims: listOf(schemaRef('RouteClaim')),
    overrides: listOf(keptOverride),
    instances: listOf(schemaRef('ExplainedInstance')),
  }),
  ExplainAllResponse: objectSchema<ExplainAllResponse>({
    catalog_id: catalogId,
    services: listOf(schemaRef('ExplainResponse')),
    next: { ...orNull('string'), description: 'The `after` of the next page; null on the last one' },
  }),
});
