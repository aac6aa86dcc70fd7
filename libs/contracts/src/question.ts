import Joi from 'joi';
import {
  ejectionSchema,
  pathQuerySchema,
  restorationSchema,
  type Ejection,
  type Restoration,
} from './gateway-inputs';
import type { PathQuery, UpstreamView } from './gateway-views';
import { epochSchema } from './instance-reference';
import { serviceNameSchema } from './service-name';

/** Which questions a gateway answers: `read`, those that change nothing; `on`, ejections too. */
export type AnsweredQuestions = 'read' | 'on';

/** Query of `GET /instances/:id/questions`, the stream on which a gateway is asked. */
export interface QuestionsQuery {
  readonly answers: AnsweredQuestions;
  /** Which service's instance opens it, where several have one of that id. */
  readonly service?: string;
  /** Of the incarnation that opens it: an earlier one is refused. Without it, the one that is listed. */
  readonly epoch?: number;
}

/** Query of `/gateways/:id/…`. */
export interface GatewayQuery {
  /** Which service's gateway is meant, where several have one of that id. */
  readonly service?: string;
}

export type QuestionStreamEvent =
  /** First in every stream. */
  | { readonly type: 'opened'; readonly data: { readonly instance_id: string } }
  | { readonly type: 'question'; readonly data: AskedQuestion };

/** What a registry asks of a gateway, over the stream that the gateway holds open for it. */
export type GatewayQuestion =
  | { readonly kind: 'state' }
  | { readonly kind: 'routes' }
  | { readonly kind: 'upstreams' }
  | { readonly kind: 'config' }
  | ({ readonly kind: 'explain' } & PathQuery)
  | ({ readonly kind: 'eject'; readonly instance: string; readonly by: string } & Ejection)
  | ({ readonly kind: 'restore'; readonly instance: string; readonly by: string } & Restoration);

/** Data of the event `question`. */
export type AskedQuestion = GatewayQuestion & {
  /** Names the question in `POST /answers/:id`. */
  readonly id: string;
};

/** Body of `POST /answers/:id`: what the gateway's admin port would have answered. */
export interface AnswerRequest {
  readonly status: number;
  /** An answer, or a problem where `status` is 400 or above. */
  readonly body: object;
}

/** Answer of `GET /gateways`. */
export interface GatewaysResponse {
  readonly gateways: readonly KnownGateway[];
}

/** A gateway that this registry can ask. */
export interface KnownGateway {
  readonly instance_id: string;
  readonly service_name: string;
  /** The name of the token that opened its stream, and `anonymous` where none is asked for. */
  readonly actor: string;
  readonly answers: AnsweredQuestions;
  /** Since when its stream is open, epoch seconds. */
  readonly connected_since: number;
  /** What it has answered; `null` when it has not. */
  readonly state: GatewayState | null;
  /** Why there is no `state`; `null` when there is. */
  readonly fault: string | null;
}

/** What a gateway says of itself. */
export interface GatewayState {
  readonly version: string;
  readonly node: string;
  /** Whether it has had everything from a registry once. */
  readonly synced: boolean;
  /** Equal at gateways with the same routes in force, whatever order they came in. */
  readonly routes_digest: string;
  readonly routes: number;
  readonly refused_routes: number;
  /** Instances that it knows. */
  readonly upstreams: number;
  readonly in_flight: number;
  /** Those that are ejected, by outlier detection or by hand. */
  readonly ejected: readonly UpstreamView[];
}

const by = Joi.string().max(200).required();
const instance = Joi.string().max(256).required();

/** What a gateway believes of a question: it comes over the network. */
export const askedQuestionSchema: Joi.Schema<AskedQuestion> = Joi.alternatives().conditional('.kind', {
  switch: [
    { is: Joi.valid('state', 'routes', 'upstreams', 'config'), then: asked(Joi.object()) },
    { is: 'explain', then: asked(pathQuerySchema) },
    { is: 'eject', then: asked(ejectionSchema).keys({ instance, by }) },
    { is: 'restore', then: asked(restorationSchema).keys({ instance, by }) },
  ],
});

export const questionsQuerySchema = Joi.object<QuestionsQuery>({
  answers: Joi.string().valid('read', 'on').required(),
  service: serviceNameSchema,
  epoch: epochSchema,
});

export const gatewayQuerySchema = Joi.object<GatewayQuery>({ service: serviceNameSchema });

export const answerRequestSchema = Joi.object<AnswerRequest>({
  status: Joi.number().integer().min(200).max(599).required(),
  body: Joi.object().unknown().required(),
}).required();

function asked(question: Joi.ObjectSchema<unknown>): Joi.ObjectSchema<unknown> {
  return question.append<unknown>({ id: Joi.string().max(64).required(), kind: Joi.string() });
}
