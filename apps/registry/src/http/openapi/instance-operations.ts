import {
  acknowledgeRequestSchema,
  deregisterRequestSchema,
  drainProgressQuerySchema,
  drainQuerySchema,
  drainRequestSchema,
  heartbeatRequestSchema,
  registerRequestSchema,
  sessionQuerySchema,
} from '@rollcall/contracts';
import {
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  schemaRef,
  type Paths,
} from '@rollcall/service-kit';
import { instancePathSchema } from '../instance-target';
import { ACCESS, AMBIGUOUS, CALLER, CHANGE, HEARTBEAT, NOT_LISTED, STREAM } from './refusals';

/** The operations of instances, and on one of them. */
export const instanceOperations = (): Paths => ({
  '/register': {
    post: describeOperation({
      summary: 'Register an instance',
      description:
        'Replaces an instance at the same address that is no longer alive. Needs `write:<service>`.',
      body: registerRequestSchema,
      responses: {
        200: jsonAnswer(
          'It was registered already: this counts as its heartbeat',
          schemaRef('RegisterResponse'),
        ),
        201: jsonAnswer('Registered, or replaced', schemaRef('RegisterResponse')),
        ...CHANGE,
        409: '`ADDRESS_TAKEN`, `INSTANCE_ID_TAKEN`: another living process of the service has the address or the id; Retry-After says when to ask again',
        422: '`ADDRESS_FORBIDDEN`, or `UNREACHABLE` where the registry lists only instances that it can connect to',
        429: '`CATALOG_FULL`; Retry-After says when to ask again',
      },
    }),
  },
  '/heartbeat': {
    post: describeOperation({
      summary: 'Renew a lease',
      description: 'By `instance_id`, or by `service_name` and `url`. Needs `write:<service>`.',
      body: heartbeatRequestSchema,
      responses: { 200: jsonAnswer('Renewed', schemaRef('HeartbeatResponse')), ...HEARTBEAT, ...NOT_LISTED },
    }),
  },
  '/deregister': {
    post: describeOperation({
      summary: 'Deregister an instance',
      description:
        'A stale request (an older epoch than the listed one) changes nothing. Needs `write:<service>`.',
      body: deregisterRequestSchema,
      responses: {
        204: { description: 'It is not listed any more, or is listed with another epoch' },
        ...CHANGE,
        409: AMBIGUOUS,
      },
    }),
  },
  '/instances/{id}/session': {
    get: describeOperation({
      summary: 'Open the session of an instance',
      description:
        'Held open by the instance: its end without a deregistration makes the instance `suspect`. Events: ' +
        '`opened` (SessionOpened) and, where the registry ends it, `closed` (SessionClosed). Needs `write:<service>`.',
      path: instancePathSchema,
      query: sessionQuerySchema,
      responses: { 200: eventStreamAnswer('The session'), ...STREAM, ...NOT_LISTED },
    }),
  },
  '/instances/{id}/drain': {
    get: describeOperation({
      summary: 'How far the drain of an instance has come',
      description: 'Makes no instance drain. Subscribers as for a drain. Needs `read`.',
      path: instancePathSchema,
      query: drainProgressQuerySchema,
      responses: {
        200: jsonAnswer('The subscribers that have and have not acknowledged', schemaRef('DrainProgress')),
        ...ACCESS,
        ...NOT_LISTED,
      },
    }),
    post: describeOperation({
      summary: 'Drain an instance',
      description:
        'Answers once every subscriber of its service has acknowledged, or after `wait_ms`. Subscribers have their own ' +
        'ids for `admin` only, pseudonyms otherwise. Needs `write:<service>`.',
      path: instancePathSchema,
      query: drainQuerySchema,
      body: drainRequestSchema,
      responses: {
        200: jsonAnswer(
          'Draining, with the subscribers that have and have not acknowledged',
          schemaRef('DrainResponse'),
        ),
        ...CHANGE,
        ...NOT_LISTED,
      },
    }),
  },
  '/acks': {
    post: describeOperation({
      summary: 'Acknowledge a drain',
      description:
        'Says that the subscriber picks no draining instance any more. Authorised by the secret of its stream.',
      body: acknowledgeRequestSchema,
      responses: {
        204: { description: 'Noted' },
        ...CALLER,
        403: `\`STREAM_SECRET_WRONG\`; ${CALLER[403]}`,
        404: '`SUBSCRIBER_UNKNOWN`: this subscriber has no open stream',
      },
    }),
  },
});
