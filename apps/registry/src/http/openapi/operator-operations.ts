import { overrideRequestSchema } from '@rollcall/contracts';
import { describeOperation, jsonAnswer, schemaRef, type Paths } from '@rollcall/service-kit';
import { instancePathSchema } from '../instance-path';
import { servicePathSchema } from '../service-path';
import { CHANGE, NOT_LISTED } from './refusals';

/** What takes the scope `admin`. */
export const operatorOperations: Paths = {
  '/instances/{id}/override': {
    put: describeOperation({
      summary: 'Take an instance out of service',
      description: 'Survives heartbeats and re-registration. Needs `admin`.',
      path: instancePathSchema,
      body: overrideRequestSchema,
      responses: {
        200: jsonAnswer('Out of service', schemaRef('Instance')),
        ...CHANGE,
        404: NOT_LISTED[404],
      },
    }),
    delete: describeOperation({
      summary: 'Put an instance back into service',
      description: 'It has the status again that lies beneath. Needs `admin`.',
      path: instancePathSchema,
      responses: { 200: jsonAnswer('As it is now', schemaRef('Instance')), ...CHANGE, 404: NOT_LISTED[404] },
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
