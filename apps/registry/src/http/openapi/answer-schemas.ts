import {
  announcedRouteSchema,
  CATALOG_EVENT_TYPES,
  INSTANCE_PROTOCOLS,
  INSTANCE_STATUSES,
  type CatalogEvent,
  type DiscoverResponse,
  type DrainProgress,
  type DrainResponse,
  type DrainSubscriber,
  type EventsResponse,
  type GuardReleaseResponse,
  type HeartbeatResponse,
  type Instance,
  type RefusedRoute,
  type RegisterResponse,
  type RouteClaim,
  type ServicesResponse,
} from '@rollcall/contracts';
import type { ScrapeTarget } from '../../catalog/instance/scrape-target';
import { jsonSchemaOf, objectSchema, schemaRef } from '@rollcall/service-kit';
import { catalogId, listOf, orNull, revision, seconds, text, wholeNumber } from './vocabulary';

export const instanceStatus = { enum: INSTANCE_STATUSES };

const pathFields = {
  path_prefix: text('Absolute path'),
  host: text('Any host when absent'),
};

const instanceFields = () => ({
  instance_id: text('Unique in the catalog'),
  service_name: text('Logical name of the service'),
  url: { type: 'string', format: 'uri' },
  status: {
    ...instanceStatus,
    description: 'Traffic goes to `up`; to `suspect` only when there is no `up`',
  },
  version: orNull('string'),
  zone: orNull('string'),
  tags: listOf({ type: 'string' }),
  weight: { type: 'integer', minimum: 1, maximum: 1000 },
  metadata: { type: 'object', additionalProperties: { type: 'string' } },
  routes: {
    ...listOf(jsonSchemaOf(announcedRouteSchema)),
    description: 'The routes that its service holds',
  },
  refused_routes: listOf(schemaRef('RefusedRoute')),
  ttl_seconds: wholeNumber('How long a lease lasts without a heartbeat; 0 is no lease'),
  health_path: text('Answers 200 while the process lives'),
  protocol: {
    enum: INSTANCE_PROTOCOLS,
    description:
      'What it speaks behind http:; absent for HTTP/1.1, and for https:, where TLS agrees on it (ALPN)',
  },
  registered_at: seconds,
  last_heartbeat: seconds,
  epoch: wholeNumber('The revision at registration: one incarnation of one registration'),
  revision,
  reason: text('Why the status is what it is'),
});

const drainFields = {
  instance_id: { type: 'string' },
  epoch: wholeNumber('Of the incarnation that is listed'),
  revision,
  acked: listOf(text('Id of a subscriber that has acknowledged')),
  missing: listOf(text('Id of a subscriber that has not acknowledged')),
  complete: {
    type: 'boolean',
    description: 'Every subscriber has acknowledged: the instance may stop at once',
  },
  subscribers: listOf(schemaRef('DrainSubscriber')),
};

/** The answers of the calls about instances and of the catalog, by their names in the document. */
export const answerSchemas = () => ({
  Instance: objectSchema<Instance>(instanceFields(), { optional: ['protocol', 'refused_routes', 'reason'] }),
  RegisterResponse: objectSchema<RegisterResponse>(
    { ...instanceFields(), warnings: listOf(text('A fault, and how to mend it')) },
    { optional: ['protocol', 'refused_routes', 'reason', 'warnings'] },
  ),
  RefusedRoute: objectSchema<RefusedRoute>(
    {
      ...pathFields,
      code: { enum: ['not_permitted', 'held_by_another', 'too_many_routes'] },
      reason: text('Which service holds the path or which right is missing, and how to mend it'),
    },
    { optional: ['host'] },
  ),
  RouteClaim: objectSchema<RouteClaim>(
    {
      ...pathFields,
      since: seconds,
      unannounced_since: { ...seconds, description: 'Absent while an instance announces it' },
      why: text('Why the service was given it'),
    },
    { optional: ['host', 'unannounced_since'] },
  ),
  HeartbeatResponse: objectSchema<HeartbeatResponse>(
    {
      instance_id: { type: 'string' },
      epoch: wholeNumber('To be sent along from now on'),
      ttl_seconds: wholeNumber('How long the lease lasts from now on'),
      heartbeat_interval_seconds: wholeNumber('When to send the next one'),
      last_heartbeat: seconds,
      warnings: listOf(text('A fault, and how to mend it')),
    },
    { optional: ['warnings'] },
  ),
  DrainResponse: objectSchema<DrainResponse>(drainFields),
  DrainProgress: objectSchema<DrainProgress>({
    ...drainFields,
    service_name: { type: 'string' },
    url: { type: 'string', format: 'uri' },
    draining: { type: 'boolean', description: 'false: nobody has asked for it to drain' },
    since: { ...orNull('integer'), description: 'Since when it drains; null when that is not known' },
  }),
  DrainSubscriber: objectSchema<DrainSubscriber>({
    subscriber: text('As in `acked` and `missing`'),
    acked: { type: 'boolean' },
    connected: { type: 'boolean', description: 'It has a stream open now' },
    instance_id: {
      ...orNull('string'),
      description: 'The instance that it says it is, where that is believed',
    },
    service_name: { ...orNull('string'), description: 'Of that instance, where one is listed' },
    actor: text('The name of the token that opened its stream'),
  }),
  GuardReleaseResponse: objectSchema<GuardReleaseResponse>({
    service_name: { type: 'string' },
    released: listOf(text('Id of an instance that was evicted')),
  }),
  DiscoverResponse: objectSchema<DiscoverResponse>(
    {
      service_name: { type: 'string' },
      catalog_id: catalogId,
      revision,
      stale_since: wholeNumber(
        'Since when this replica has lost its store, epoch milliseconds: ask another one if there is one',
      ),
      instances: listOf(schemaRef('Instance')),
    },
    { optional: ['stale_since'] },
  ),
  ServicesResponse: objectSchema<ServicesResponse>({
    catalog_id: catalogId,
    revision,
    services: { type: 'object', additionalProperties: listOf(schemaRef('Instance')) },
  }),
  ScrapeTarget: objectSchema<ScrapeTarget>({
    targets: { ...listOf(text('`host:port`')), minItems: 1, maxItems: 1 },
    labels: {
      type: 'object',
      description:
        '`version` and `zone` where the instance has them; `__scheme__`, `__metrics_path__`, `service`, `instance_id`, `status`',
      propertyNames: { pattern: '^[a-zA-Z_][a-zA-Z0-9_]*$' },
      additionalProperties: { type: 'string' },
    },
  }),
  CatalogEvent: objectSchema<CatalogEvent>(
    {
      revision,
      at: wholeNumber('Milliseconds since 1970'),
      type: { enum: CATALOG_EVENT_TYPES },
      service_name: { type: 'string' },
      instance_id: { type: 'string' },
      url: { type: 'string', format: 'uri' },
      actor: text('`instance`, `registry`, or the caller’s name'),
      reason: { type: 'string' },
      replica: text(
        'Id of the replica that made the change; absent where the registry has a store of its own',
      ),
    },
    { optional: ['replica'] },
  ),
  EventsResponse: objectSchema<EventsResponse>({
    catalog_id: catalogId,
    revision,
    events: listOf(schemaRef('CatalogEvent')),
  }),
});
