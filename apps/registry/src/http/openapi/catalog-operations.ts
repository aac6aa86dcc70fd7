import { discoverQuerySchema, eventsQuerySchema, watchQuerySchema } from '@rollcall/contracts';
import {
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  schemaRef,
  type Paths,
} from '@rollcall/service-kit';
import Joi from 'joi';
import { servicePathSchema } from '../service-path';
import { ACCESS, STREAM, TOO_MANY_WAITING } from './refusals';

const resumption = Joi.object({
  'Last-Event-ID': Joi.string().description('The id of the last event that was read, as it came'),
});

/** What anybody may ask who has the scope `read`. */
export const catalogOperations: Paths = {
  '/discover/{service_name}': {
    get: describeOperation({
      summary: 'Who serves',
      description:
        'Those that may get traffic, or of one `status`. With `index` it answers once the revision is another ' +
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
      summary: 'Everything that is listed',
      description: 'Needs `read`.',
      responses: { 200: jsonAnswer('Every service', schemaRef('ServicesResponse')), ...ACCESS },
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
      description: 'Oldest first. Needs `read`.',
      query: eventsQuerySchema,
      responses: { 200: jsonAnswer('What is remembered of it', schemaRef('EventsResponse')), ...ACCESS },
    }),
  },
  '/watch': {
    get: describeOperation({
      summary: 'Follow services',
      description:
        '`services=a,b` or `services=*`. Events: `hello` (WatchHello), `snapshot` (WatchSnapshot), `synced` ' +
        '(WatchSynced), then `delta` (WatchDelta) as things change. Needs `read`.',
      query: watchQuerySchema,
      headers: resumption,
      responses: {
        200: eventStreamAnswer('The stream'),
        ...STREAM,
        429: '`TOO_MANY_WATCHERS`; Retry-After says when to ask again',
      },
    }),
  },
};
