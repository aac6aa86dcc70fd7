import {
  discoverQuerySchema,
  eventsQuerySchema,
  explainQuerySchema,
  liveQuerySchema,
  watchAdditionsRequestSchema,
  watchQuerySchema,
  watchRequestSchema,
} from '@rollcall/contracts';
import {
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  schemaRef,
  type Paths,
} from '@rollcall/service-kit';
import Joi from 'joi';
import { servicePathSchema } from '../service-path';
import { ACCESS, STREAM, TOO_MANY_LIVE, TOO_MANY_WAITING, TOO_MANY_WATCHERS } from './refusals';

const resumption = Joi.object({
  'Last-Event-ID': Joi.string().description('The id of the last event that was read, as it came'),
});

const SUBSCRIBER_TAKEN = '`SUBSCRIBER_TAKEN`: its streams were opened with another token';

/** The operations of scope `read`. */
export const catalogOperations = (): Paths => ({
  '/discover/{service_name}': {
    get: describeOperation({
      summary: 'Discover the instances of a service',
      description:
        'The instances that may get traffic, or those of one `status`. With `index` it answers once the revision is another ' +
        'one, or after `wait` (`30s`, `500ms`, `1m`). Needs `read`.',
      path: servicePathSchema,
      query: discoverQuerySchema,
      responses: {
        200: jsonAnswer('Its instances; none for an unknown name', schemaRef('DiscoverResponse')),
        ...ACCESS,
        429: TOO_MANY_WAITING,
      },
    }),
  },
  '/services': {
    get: describeOperation({
      summary: 'List every instance, by service',
      description: 'Needs `read`.',
      responses: { 200: jsonAnswer('Every service', schemaRef('ServicesResponse')), ...ACCESS },
    }),
  },
  '/explain': {
    get: describeOperation({
      summary: 'Why each instance of every service does or does not get traffic',
      description:
        'Services by name, whole ones, until they have about `limit` instances together; `next` is the `after` of the ' +
        'next page. Needs `read`.',
      query: explainQuerySchema,
      responses: { 200: jsonAnswer('The reasons', schemaRef('ExplainAllResponse')), ...ACCESS },
    }),
  },
  '/explain/{service_name}': {
    get: describeOperation({
      summary: 'Why each instance does or does not get traffic',
      description: 'Needs `read`.',
      path: servicePathSchema,
      responses: { 200: jsonAnswer('The reasons', schemaRef('ExplainResponse')), ...ACCESS },
    }),
  },
  '/events': {
    get: describeOperation({
      summary: 'Who changed what, when and why',
      description:
        'Oldest first, or latest first with `order=desc`. About `limit` of them: the events of one revision are never ' +
        'on two pages. The next page begins `since` the last revision of this one, or `before` it. Needs `read`.',
      query: eventsQuerySchema,
      responses: {
        200: jsonAnswer('The events that are remembered', schemaRef('EventsResponse')),
        ...ACCESS,
      },
    }),
  },
  '/sd/prometheus': {
    get: describeOperation({
      summary: 'Every instance as a target of Prometheus (HTTP service discovery)',
      description:
        'One group an instance. Where its metrics are comes from its metadata, `metrics_path` or `metrics_url`, and is ' +
        'always at its own host. Needs `read`.',
      responses: {
        200: jsonAnswer('The targets', { type: 'array', items: schemaRef('ScrapeTarget') }),
        ...ACCESS,
        503: '`REGISTRY_WARMING`: instances may not have been heard from yet; Retry-After says when to ask again',
      },
    }),
  },
  '/watch': {
    get: describeOperation({
      summary: 'Follow services',
      description:
        '`services=a,b` or `services=*`. Events: `hello` (WatchHello), `snapshot` (WatchSnapshot), `synced` ' +
        '(WatchSynced), then `delta` (WatchDelta) at each change. Needs `read`.',
      query: watchQuerySchema,
      headers: resumption,
      responses: {
        200: eventStreamAnswer('The stream'),
        ...STREAM,
        409: SUBSCRIBER_TAKEN,
        429: TOO_MANY_WATCHERS,
      },
    }),
    post: describeOperation({
      summary: 'Follow services, by a list of any length',
      description:
        'The same stream, for a list that no address would hold: up to 10 000 names in one body, and more by ' +
        'additions. Needs `read`.',
      headers: resumption,
      body: watchRequestSchema,
      responses: {
        200: eventStreamAnswer('The stream'),
        ...STREAM,
        409: SUBSCRIBER_TAKEN,
        429: TOO_MANY_WATCHERS,
      },
    }),
  },
  '/live': {
    get: describeOperation({
      summary: 'Everything that people look at, in one stream',
      description:
        'The events of `/watch`, of which no drain waits for the reader, and besides: `event` (CatalogEvent) right before ' +
        'its `delta`, `guard` (LiveGuards), `drain` (DrainProgress) as it comes along, `registry` (RegistryResponse) every ' +
        'two seconds. Needs `read`.',
      query: liveQuerySchema,
      headers: resumption,
      responses: { 200: eventStreamAnswer('The stream'), ...STREAM, 429: TOO_MANY_LIVE },
    }),
  },
  '/watch/additions': {
    post: describeOperation({
      summary: 'Have a stream follow more services',
      description:
        'On the stream there follow a `snapshot` for each service that it did not follow, and one `synced`. Needs ' +
        '`read`, and the `stream_secret` of the stream.',
      body: watchAdditionsRequestSchema,
      responses: {
        204: { description: 'The stream follows them from now on, or did before' },
        401: ACCESS[401],
        403: '`FORBIDDEN`: the token lacks the scope; `STREAM_SECRET_WRONG`: no such stream of this subscriber is open',
        404: '`SUBSCRIBER_UNKNOWN`: no stream of this subscriber is open',
        429: TOO_MANY_WATCHERS,
      },
    }),
  },
});
