import { describeOperation, jsonAnswer, schemaRef, type Paths } from '@rollcall/service-kit';
import { ACCESS, CALLER } from './refusals';

/** The operations about the registry itself, and its caller. */
export const aboutOperations = (): Paths => ({
  '/whoami': {
    get: describeOperation({
      summary: 'What the registry takes the caller for',
      description:
        'The name of its token or its certificate, and what it may do. With neither it says whether one is asked for. Needs no scope.',
      responses: {
        200: jsonAnswer('The caller', schemaRef('WhoamiResponse')),
        ...CALLER,
        401: '`UNAUTHORIZED`: the token is not known',
      },
    }),
  },
  '/registry': {
    get: describeOperation({
      summary: 'What this registry is, and how it is doing',
      description: 'Version, bounds and how much of them is taken, store, watchers, guards. Needs `read`.',
      responses: { 200: jsonAnswer('This process', schemaRef('RegistryResponse')), ...ACCESS },
    }),
  },
});
