import Joi from 'joi';

/**
 * Body of `POST /acks`: up to this revision I have applied everything on my list, no pick of an instance that was
 * draining by then is pending here, and my idle connections to it are closed.
 */
export interface AcknowledgeRequest {
  readonly subscriber: string;
  /** From the `hello` of a stream of this subscriber: the latest one, or an earlier one that has not been closed. */
  readonly stream_secret: string;
  readonly revision: number;
  /** I am going and pick nobody any more: no drain waits for me. Said before the streams are closed. */
  readonly goodbye?: true;
}

export const acknowledgeRequestSchema = Joi.object<AcknowledgeRequest>({
  subscriber: Joi.string().uuid().lowercase().required(),
  stream_secret: Joi.string().max(128).required(),
  revision: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  goodbye: Joi.boolean().valid(true),
}).required();
