import { overrideRequestSchema } from '@rollcall/contracts';
import { describeOperation, jsonAnswer, schemaRef, type Paths } from '@rollcall/service-kit';
import { instancePathSchema } from '../instance-target';
import { overrideQuerySchema } from '../operator-api';
import { servicePathSchema } from '../service-path';
import { AMBIGUOUS, CHANGE, NOT_LISTED } from './refusals';

/** The operations of scope `admin`. */
export const operatorOperations = (): Paths => ({
  '/instances/{id}/override': {
    put: describeOperation({
      summary: 'Take an instance out of service',
      description:
        'The override stays with the service, the id and the address until it is removed, across registrations, or for `for_ms`. Needs `admin`.',
      path: instancePathSchema,
      query: overrideQuerySchema,
      body: overrideRequestSchema,
      responses: {
        200: jsonAnswer('Out of service', schemaRef('Instance')),
        ...CHANGE,
        404: NOT_LISTED[404],
        409: AMBIGUOUS,
      },
    }),
    delete: describeOperation({
      summary: 'Put an instance back into service',
      description: 'Removes the override: the status beneath it applies again. Needs `admin`.',
      path: instancePathSchema,
      query: overrideQuerySchema,
      responses: {
        200: jsonAnswer('As it is now', schemaRef('Instance')),
        204: { description: 'The override is removed; the instance is not listed' },
        ...CHANGE,
        404: NOT_LISTED[404],
        409: AMBIGUOUS,
      },
    }),
  },
  '/services/{service_name}/guard/release': {
    post: describeOperation({
      summary: 'Release the instances that the mass-expiry guard holds',
      description: 'They are evicted. Needs `admin`.',
      path: servicePathSchema,
      responses: {
        200: jsonAnswer('The instances that were evicted', schemaRef('GuardReleaseResponse')),
        ...CHANGE,
      },
    }),
  },
});
