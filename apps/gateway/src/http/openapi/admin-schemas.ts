import { INSTANCE_STATUSES } from '@rollcall/contracts';
import { objectSchema, schemaRef, type JsonSchema } from '@rollcall/service-kit';
import type { RoutesFault } from '../../ports/routes-source';
import type { RoutesStatus } from '../../routes-file/routes-status';
import type {
  ClaimExplanation,
  GatewayState,
  InstanceExplanation,
  PathExplanation,
  PathQuery,
  RefusalExplanation,
  RefusalView,
  RouteExplanation,
  RouteView,
  UpstreamView,
  VersionShare,
} from '@rollcall/contracts';

const text: JsonSchema = { type: 'string' };
const said = (description: string): JsonSchema => ({ type: 'string', description });
const count: JsonSchema = { type: 'integer', minimum: 0 };
const ms = (description: string): JsonSchema => ({ type: 'number', minimum: 0, description });
const listOf = (items: JsonSchema): JsonSchema => ({ type: 'array', items });
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const status: JsonSchema = { enum: INSTANCE_STATUSES };
const source: JsonSchema = { enum: ['file', 'announced'] };
const limit = orNull({ type: 'integer', minimum: 1 });

/** The answers of the admin port, by their names in the document. */
export const adminSchemas = {
  Route: objectSchema<RouteView>(
    {
      path_prefix: text,
      host: text,
      methods: listOf(text),
      service: text,
      source,
      strip_prefix: { type: 'boolean' },
      picker: text,
      timeouts: objectSchema<RouteView['timeouts']>(
        {
          connect_ms: ms('To connect to an instance in; CONNECT_TIMEOUT_MS when absent'),
          headers_ms: ms('For an answer to begin in'),
          idle_ms: ms('The longest silence within a body'),
        },
        { optional: ['connect_ms'] },
      ),
      retries: objectSchema<RouteView['retries']>(
        { attempts: count, attempt_timeout_ms: ms('As long as all attempts have when absent') },
        { optional: ['attempt_timeout_ms'] },
      ),
      max_in_flight: limit,
      policies: listOf(said('What one of its policies says, in their order')),
      instances: count,
    },
    { optional: ['host', 'methods'] },
  ),
  RefusedAnnouncement: objectSchema<RefusalView>(
    { path_prefix: text, host: text, service: text, reason: text },
    { optional: ['host'] },
  ),
  Upstream: objectSchema<UpstreamView>(
    {
      service: text,
      instance_id: text,
      url: text,
      status,
      reason: said('Of its status'),
      version: orNull(text),
      zone: orNull(text),
      weight: count,
      in_flight: count,
      connections: objectSchema<UpstreamView['connections']>({ open: count, idle: count }),
      ejection: orNull(
        objectSchema<NonNullable<UpstreamView['ejection']>>({
          status: { enum: ['ejected', 'trial'] },
          cause: text,
          outcome: text,
          times: count,
          available_in_ms: ms('Until it is tried again'),
        }),
      ),
      ejected_by_hand: orNull(
        objectSchema<NonNullable<UpstreamView['ejected_by_hand']>>(
          { reason: text, ends_in_ms: ms('Never by itself when absent') },
          { optional: ['ends_in_ms'] },
        ),
      ),
    },
    { optional: ['reason'] },
  ),
  GatewayState: objectSchema<GatewayState>({
    version: text,
    node: said('The version of Node that it runs on'),
    synced: { type: 'boolean', description: 'It has had everything from a registry once' },
    routes_digest: said('Equal at gateways with the same routes in force'),
    routes: count,
    refused_routes: count,
    upstreams: count,
    in_flight: count,
    ejected: listOf(schemaRef('Upstream')),
  }),
  PathExplanation: objectSchema<PathExplanation>(
    {
      request: objectSchema<PathQuery>(
        { path: text, method: text, host: text, canary: text },
        { optional: ['canary'] },
      ),
      verdict: {
        enum: [
          'forwarded',
          'answered here',
          'held',
          'rejected',
          'refused',
          'not found',
          'method not allowed',
        ],
      },
      why: text,
      route: objectSchema<RouteExplanation>(
        {
          name: text,
          service: text,
          source,
          policies_of: said(
            'The route of the file that an announced one lies beneath, and whose policies it has',
          ),
          picker: text,
          policies: listOf(text),
          in_flight: count,
          max_in_flight: limit,
          canary: listOf(
            objectSchema<VersionShare>({ version: text, percent: { type: 'number' }, why: text }),
          ),
        },
        { optional: ['policies_of', 'canary'] },
      ),
      instances: listOf(
        objectSchema<InstanceExplanation>({
          instance_id: text,
          url: text,
          status,
          version: orNull(text),
          zone: orNull(text),
          weight: count,
          in_flight: count,
          picked: { type: 'boolean' },
          why: text,
        }),
      ),
      claims: listOf(
        objectSchema<ClaimExplanation>(
          {
            service: text,
            route: text,
            since: { ...count, description: 'Seconds since 1970' },
            unannounced_since: { ...count, description: 'Absent while an instance announces it' },
            why: said('What it was given by'),
          },
          { optional: ['unannounced_since'] },
        ),
      ),
      refused_announcements: listOf(
        objectSchema<RefusalExplanation>({ service: text, route: text, reason: text }),
      ),
    },
    { optional: ['route'] },
  ),
  RoutesFile: objectSchema<RoutesStatus>({
    path: text,
    hash: said('Of the content that is in force'),
    loaded_at: { type: 'string', format: 'date-time' },
    routes: count,
    fault: orNull(
      objectSchema<NonNullable<RoutesStatus['fault']>>({
        at: { type: 'string', format: 'date-time' },
        hash: said('Of the content that is not in force'),
        faults: listOf(
          objectSchema<RoutesFault>({
            file: said('The routes file, or the file of API keys that it names'),
            line: { type: 'integer', minimum: 1 },
            column: { type: 'integer', minimum: 1 },
            path: said('Keys and positions from the top: routes.1.picker'),
            message: said('What is wrong, and what to write'),
          }),
        ),
      }),
    ),
  }),
  Config: {
    type: 'object',
    description: 'Every setting by its name, secrets masked',
    properties: { routes_file: orNull(schemaRef('RoutesFile')) },
    required: ['routes_file'],
    additionalProperties: true,
  },
} satisfies Record<string, JsonSchema>;
