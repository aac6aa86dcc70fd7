import {
  answerRequestSchema,
  ejectionSchema,
  gatewayQuerySchema,
  questionsQuerySchema,
  restorationSchema,
} from '@rollcall/contracts';
import {
  describeOperation,
  eventStreamAnswer,
  jsonAnswer,
  schemaRef,
  type Operation,
  type Paths,
} from '@rollcall/service-kit';
import { explanationQuerySchema, upstreamPathSchema } from '../gateway-api';
import { instancePathSchema } from '../instance-target';
import { answerPathSchema } from '../question-api';
import { ACCESS, AMBIGUOUS, NOT_LISTED, STREAM } from './refusals';

const ANY = { type: 'object' } as const;

const ASKING = {
  ...ACCESS,
  404: '`GATEWAY_NOT_FOUND`: no such gateway can be asked here; `UPSTREAM_NOT_FOUND`: it knows no such instance',
  409: AMBIGUOUS,
  429: '`TOO_MANY_QUESTIONS`: too many are open, or the fair share of the gateway’s token, address or service is; Retry-After says when to ask again',
  504: '`GATEWAY_SILENT`: it did not answer within a second',
} as const;

const CHANGING = {
  ...ASKING,
  409: `\`QUESTION_NOT_ANSWERED\`: its ANSWER_QUESTIONS is not on; ${AMBIGUOUS}`,
} as const;

/** The operations by which gateways are asked, and answer. */
export const gatewayOperations = (): Paths => ({
  '/instances/{id}/questions': {
    get: describeOperation({
      summary: 'Be asked: held open by a gateway',
      description:
        'Events: `opened`, then `question` (AskedQuestion) for each; they are answered at `POST /answers/{id}` within a ' +
        'second. It ends when that incarnation is not listed any more. Needs `write:<service>`.',
      path: instancePathSchema,
      query: questionsQuerySchema,
      responses: {
        200: eventStreamAnswer('The stream'),
        ...STREAM,
        ...NOT_LISTED,
      },
    }),
  },
  '/answers/{id}': {
    post: describeOperation({
      summary: 'Answer a question',
      description:
        'With what the gateway’s admin port would answer. Needs `write:<service>` of the gateway that was asked.',
      path: answerPathSchema,
      body: answerRequestSchema,
      responses: {
        204: { description: 'It is passed on' },
        ...ACCESS,
        404: '`QUESTION_UNKNOWN`: nobody waits for it any more',
      },
    }),
  },
  '/gateways': {
    get: describeOperation({
      summary: 'The gateways that can be asked, and what each says of itself',
      description: 'Those that are connected to this registry. Needs `read`.',
      responses: { 200: jsonAnswer('The gateways', schemaRef('GatewaysResponse')), ...ACCESS },
    }),
  },
  '/gateways/{id}/routes': { get: look('Its routes, in force and refused') },
  '/gateways/{id}/upstreams': { get: look('Its instances, with what is in flight and ejected') },
  '/gateways/{id}/config': { get: look('Its settings, secrets masked, and its routes file') },
  '/gateways/{id}/explain': {
    get: describeOperation({
      summary: 'What becomes of a request there',
      description: 'As its admin port answers `GET /explain`. Needs `read`.',
      path: instancePathSchema,
      query: explanationQuerySchema,
      responses: { 200: jsonAnswer('What the gateway answers', ANY), ...ASKING },
    }),
  },
  '/gateways/{id}/upstreams/{instance}/eject': {
    post: describeOperation({
      summary: 'Have a gateway give an instance no more requests',
      description: 'There alone, for so long or until it is restored. Needs `admin`.',
      path: upstreamPathSchema,
      query: gatewayQuerySchema,
      body: ejectionSchema,
      responses: { 200: jsonAnswer('The instance as it is there now', ANY), ...CHANGING },
    }),
  },
  '/gateways/{id}/upstreams/{instance}/restore': {
    post: describeOperation({
      summary: 'End every ejection of an instance at a gateway',
      description: 'By hand or by outlier detection. Needs `admin`.',
      path: upstreamPathSchema,
      query: gatewayQuerySchema,
      body: restorationSchema,
      responses: { 200: jsonAnswer('The instance as it is there now', ANY), ...CHANGING },
    }),
  },
});

/** A question without parameters. */
function look(summary: string): Operation {
  return describeOperation({
    summary,
    description: 'As its admin port answers. Needs `read`.',
    path: instancePathSchema,
    query: gatewayQuerySchema,
    responses: { 200: jsonAnswer('What the gateway answers', ANY), ...ASKING },
  });
}
