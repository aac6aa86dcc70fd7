import { overrideRequestSchema } from '@rollcall/contracts';
import { describeOperation, jsonAnswer, schemaRef, type Paths } from '@rollcall/service-kit';
import { instancePathSchema } from '../instance-target';
import { overrideQuerySchema } from '../operator-api';
import { servicePathSchema } from '../service-path';
import { AMBIGUOUS, CHANGE, NOT_LISTED } from './refusals';

/** What takes the scope `admin`. */
export const operatorOperations: Paths = {
  '/instances/{id}/override': {
    put: describeOperation({
      summary: 'Take an instance out of service',
      description:
        'Kept with the service, the id and the address until it is taken back, whoever registers there. Needs `admin`.',
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
      description: 'It has the status again that lies beneath. Needs `admin`.',
      path: instancePathSchema,
      query: overrideQuerySchema,
      responses: {
        200: jsonAnswer('As it is now', schemaRef('Instance')),
        204: { description: 'It is not listed; whoever registers there is in service again' },
        ...CHANGE,
        404: NOT_LISTED[404],
        409: AMBIGUOUS,
      },
    }),
  },
  '/services/{service_name}/guard/release': {
    post: describeOperation({
      summary: 'Let go of those whom the mass-expiry guard keeps',
      description: 'They are evicted. Needs `admin`.',
      path: servicePathSchema,
      responses: { 200: jsonAnswer('Who is gone now', schemaRef('GuardReleaseResponse')), ...CHANGE },
    }),
  },
};
