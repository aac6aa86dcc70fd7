import Joi from 'joi';

/** Body of `POST /acks`: up to this revision, no pick of a draining instance can happen here any more. */
export interface AcknowledgeRequest {
  readonly subscriber: string;
  readonly stream_secret: string;
  readonly revision: number;
}

export const acknowledgeRequestSchema = Joi.object<AcknowledgeRequest>({
  subscriber: Joi.string().uuid().required(),
  stream_secret: Joi.string().max(128).required(),
  revision: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
}).required();
