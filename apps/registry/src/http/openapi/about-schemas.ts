import type {
  BoundUse,
  LiveGuards,
  RegistryGuard,
  RegistryReplica,
  RegistryLastChange,
  RegistryResponse,
  RegistryStoreState,
  RegistryWatchers,
  WhoamiResponse,
} from '@rollcall/contracts';
import { objectSchema } from '@rollcall/service-kit';
import { catalogId, listOf, orNull, revision, seconds, text, wholeNumber } from './vocabulary';

const boundUse = objectSchema<BoundUse>({
  used: wholeNumber('How much of it is taken'),
  limit: wholeNumber('The bound'),
});

const store = objectSchema<RegistryStoreState>({
  kind: { enum: ['memory', 'journal', 'etcd'] },
  writable: { type: 'boolean', description: 'false while the disk or etcd refuses changes' },
  journal_bytes: wholeNumber('Changes that a start would read'),
  snapshot_bytes: wholeNumber('The latest snapshot'),
  snapshot_due_bytes: wholeNumber('Length of the journals at which the next snapshot is taken'),
});

const replica = objectSchema<RegistryReplica>({
  id: text('Of the replica that answers'),
  leader: { type: 'boolean', description: 'It ends leases, probes and holds' },
  stale_since: {
    ...orNull('integer'),
    description: 'Since when it has lost its store, epoch milliseconds; null while it has not',
  },
  others: listOf({
    type: 'object',
    properties: {
      id: { type: 'string' },
      url: text('Where it answers'),
      version: text('Of that registry'),
    },
    required: ['id', 'url', 'version'],
    additionalProperties: false,
  }),
});

const lastChange = objectSchema<RegistryLastChange>({
  revision,
  at: seconds,
  took_ms: wholeNumber('From the decision until the last watcher that is not behind was written it'),
});

const watchers = objectSchema<RegistryWatchers>({
  open: wholeNumber('Streams'),
  behind: wholeNumber('Streams that have not been written everything yet'),
  subscribers: wholeNumber('Subscribers that drains wait for'),
  waiting_bytes: wholeNumber('Bytes that watchers have not read yet'),
  cut_off: wholeNumber('Streams cut off since the start because they did not keep up'),
  last_change: { anyOf: [lastChange, { type: 'null' }] },
});

const guard = objectSchema<RegistryGuard>({
  service_name: { type: 'string' },
  since: seconds,
  until: { ...seconds, description: 'Seconds since 1970; it ends then at the latest' },
  held: wholeNumber('Instances that it holds'),
});

/** The answers about the registry itself, and its caller. */
export const aboutSchemas = {
  LiveGuards: objectSchema<LiveGuards>({ guards: listOf(guard) }),
  WhoamiResponse: objectSchema<WhoamiResponse>({
    auth: { enum: ['on', 'off'] },
    name: {
      ...orNull('string'),
      description: 'Of the token or the certificate; null with neither where they are asked for',
    },
    proven_by: {
      enum: ['token', 'certificate', null],
      description: 'What the name was taken from; null for a call with neither',
    },
    certificate: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description:
        'Names of the certificate of a call without a token, where certificates count: `URI:…`, `DNS:…`',
    },
    scopes: listOf(text('`read`, `admin`, `write:*`, `write:<service>`')),
    routes: {
      type: ['array', 'null'],
      items: { type: 'string' },
      description: 'Paths that its bearer may announce; null where the tokens file names none',
    },
    service_routes: {
      type: 'object',
      description: 'The same by service, of those that the token may write',
      additionalProperties: listOf({ type: 'string' }),
    },
  }),
  RegistryResponse: objectSchema<RegistryResponse>(
    {
      version: text('Of this registry'),
      node: text('The version of Node that it runs on'),
      started_at: seconds,
      uptime_seconds: wholeNumber('Since it started'),
      catalog_id: catalogId,
      revision,
      warming: {
        type: 'boolean',
        description: 'The catalog has begun a moment ago: instances may be running that it does not list',
      },
      lease: {
        type: 'object',
        properties: {
          ttl_seconds: wholeNumber('Of instances that ask for no other'),
          heartbeat_interval_seconds: wholeNumber('How often they send heartbeats'),
        },
        required: ['ttl_seconds', 'heartbeat_interval_seconds'],
        additionalProperties: false,
      },
      bounds: {
        type: 'object',
        description: 'By the name of the setting; in small letters those that are fixed',
        additionalProperties: boundUse,
      },
      store,
      replica,
      sessions: wholeNumber('Instances with an open session'),
      watchers,
      guards: listOf(guard),
    },
    { optional: ['replica'] },
  ),
};
