import { loadReportSchema, trafficQuerySchema } from '@rollcall/contracts';
import { describeOperation, jsonAnswer, schemaRef, type Paths } from '@rollcall/service-kit';
import { ACCESS, NOT_LISTED } from './refusals';

/** The operations of load reports. */
export const trafficOperations = (): Paths => ({
  '/reports': {
    post: describeOperation({
      summary: 'Report what an instance has sent to whom',
      description:
        'For a listed instance, by its present epoch. The answer says when the next report is wanted. What is reported is ' +
        'kept for some minutes, in memory. Needs `write:<service>`.',
      body: loadReportSchema,
      responses: {
        200: jsonAnswer('Counted, once however often it comes', schemaRef('LoadReportResponse')),
        ...ACCESS,
        ...NOT_LISTED,
        503: '`REGISTRY_BEHIND`: this replica has not been told of the instance yet',
      },
    }),
  },
  '/traffic': {
    get: describeOperation({
      summary: 'What instances have sent to whom lately',
      description:
        'Sums over the window (`20s` to `5m`), as reported. Edges with an `instance_id` count attempts, those without ' +
        'count calls as they ended for whoever made them: never add the two up. Needs `read`.',
      query: trafficQuerySchema,
      responses: { 200: jsonAnswer('The traffic', schemaRef('TrafficResponse')), ...ACCESS },
    }),
  },
});
