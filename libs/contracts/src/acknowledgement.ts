import Joi from 'joi';

/**
 * Body of `POST /acks`: the subscriber has applied all changes of its services up to this revision, has no pending pick of
 * an instance that was draining by then, and has closed its idle connections to it.
 */
export interface AcknowledgeRequest {
  readonly subscriber: string;
  /** From the `hello` of a stream of this subscriber: the latest one, or an earlier one that has not been closed. */
  readonly stream_secret: string;
  readonly revision: number;
  /** The subscriber is stopping and picks no instance any more: drains do not wait for it. Sent before its streams close. */
  readonly goodbye?: true;
}

export const acknowledgeRequestSchema = Joi.object<AcknowledgeRequest>({
  subscriber: Joi.string().uuid().lowercase().required(),
  stream_secret: Joi.string().max(128).required(),
  revision: Joi.number().integer().min(0).max(Number.MAX_SAFE_INTEGER).required(),
  goodbye: Joi.boolean().valid(true),
}).required();
