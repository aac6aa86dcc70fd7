import type {
  SessionClosed,
  SessionOpened,
  WatchDelta,
  WatchHello,
  WatchSnapshot,
  WatchSynced,
} from '@rollcall/contracts';
import { objectSchema, schemaRef } from '@rollcall/service-kit';
import { catalogId, listOf, revision, text, wholeNumber } from './vocabulary';

const ack = { const: true, description: 'A drain is pending: acknowledge at `POST /acks`' };

/** The data of server-sent events. Streams are text to OpenAPI; their descriptions name these. */
export const streamSchemas = {
  WatchHello: objectSchema<WatchHello>(
    {
      catalog_id: catalogId,
      revision,
      stream_secret: text('Proves to `POST /acks` who reads this stream'),
      warming: { type: 'boolean', description: 'The catalog has begun a moment ago: ignore shrinkage' },
      resumed: {
        type: 'boolean',
        description: 'It goes on from `Last-Event-ID`; otherwise snapshots follow',
      },
      stale_since: wholeNumber(
        'Since when this replica has lost its store, epoch milliseconds: read the stream of another replica if there is one',
      ),
    },
    { optional: ['stale_since'] },
  ),
  WatchSnapshot: objectSchema<WatchSnapshot>(
    {
      service_name: { type: 'string' },
      revision,
      instances: listOf(schemaRef('Instance')),
      claims: listOf(schemaRef('RouteClaim')),
    },
    { optional: ['claims'] },
  ),
  WatchDelta: objectSchema<WatchDelta>(
    {
      service_name: { type: 'string' },
      prev_revision: wholeNumber('It applies on top of this one only'),
      revision,
      upserted: listOf(schemaRef('Instance')),
      removed: listOf(text('Id of an instance that is gone')),
      claims: listOf(schemaRef('RouteClaim')),
      ack,
    },
    { optional: ['claims', 'ack'] },
  ),
  WatchSynced: objectSchema<WatchSynced>({ revision, ack }, { optional: ['ack'] }),
  SessionOpened: objectSchema<SessionOpened>({
    instance_id: { type: 'string' },
    epoch: wholeNumber('Of the incarnation that holds the session'),
    ping_interval_seconds: wholeNumber('Whoever hears nothing for three of them has lost the registry'),
  }),
  SessionClosed: objectSchema<SessionClosed>({
    reason: { enum: ['superseded', 'over', 'registry_closing', 'unauthorized'] },
  }),
};
