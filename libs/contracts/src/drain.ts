import Joi from 'joi';
import { answeredFields } from './instance';
import { epochSchema } from './instance-reference';

/** Query of `POST /instances/:id/drain`. */
export interface DrainQuery {
  /** How long the answer may wait for acknowledgements, milliseconds; default 10 000, and 60 000 at most. */
  readonly wait_ms: number;
}

/** Body of `POST /instances/:id/drain`; may be empty. */
export interface DrainRequest {
  readonly epoch?: number;
}

/** Answer to a drain: which subscribers have confirmed that they do not pick the instance any more. */
export interface DrainResponse {
  readonly instance_id: string;
  readonly epoch: number;
  /** The revision at which it was draining: what is acknowledged. */
  readonly revision: number;
  /** Ids of subscribers. */
  readonly acked: readonly string[];
  readonly missing: readonly string[];
  /**
   * No acknowledgement is missing, and the registry has been running for long enough that all subscribers have
   * reconnected. Only then may the instance stop without lingering.
   */
  readonly complete: boolean;
}

const LONGEST_WAIT_MS = 60_000;
const USUAL_WAIT_MS = 10_000;

export const drainQuerySchema = Joi.object<DrainQuery>({
  wait_ms: Joi.number()
    .integer()
    .min(0)
    .default(USUAL_WAIT_MS)
    .custom((value: number) => Math.min(value, LONGEST_WAIT_MS)),
});

/** Of an answer that is sent back as a request, only the instance counts. */
const drainAnswerFields = {
  acked: Joi.any().strip(),
  missing: Joi.any().strip(),
  complete: Joi.any().strip(),
};

export const drainRequestSchema = Joi.object<DrainRequest>({
  ...answeredFields,
  ...drainAnswerFields,
  epoch: epochSchema,
}).required();
