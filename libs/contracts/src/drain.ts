import Joi from 'joi';
import { answeredFields } from './instance';
import { epochSchema } from './instance-reference';
import { serviceNameSchema } from './service-name';

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
  /** The same subscribers, with what is known of each. */
  readonly subscribers: readonly DrainSubscriber[];
}

export interface DrainSubscriber {
  /** As in `acked` and `missing`. */
  readonly subscriber: string;
  readonly acked: boolean;
  /** Whether it has a stream open now; one that has gone is waited for 5 s. */
  readonly connected: boolean;
  /** The instance that it says it is (`as`), as far as its token may say so. */
  readonly instance_id: string | null;
  /** That instance's service; `null` when it is not listed, or is in several. */
  readonly service_name: string | null;
  /** The name of the token that opened its stream, and `anonymous` where none is asked for. */
  readonly actor: string;
}

/** Query of `GET /instances/:id/drain`. */
export interface DrainProgressQuery {
  /** Which service's instance is meant, where several have one of that id. */
  readonly service?: string;
  readonly epoch?: number;
}

/** Answer of `GET /instances/:id/drain`: how far a drain has come. Asking makes no instance drain. */
export interface DrainProgress extends DrainResponse {
  readonly service_name: string;
  readonly url: string;
  /** `false`: nobody has asked for it to drain; there are no subscribers in the answer. */
  readonly draining: boolean;
  /** Since when it drains, epoch seconds; `null` when it does not, or when that is longer ago than is remembered. */
  readonly since: number | null;
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

export const drainProgressQuerySchema = Joi.object<DrainProgressQuery>({
  service: serviceNameSchema,
  epoch: epochSchema,
});

/** Of an answer that is sent back as a request, only the instance counts. */
const drainAnswerFields = {
  acked: Joi.any().strip(),
  missing: Joi.any().strip(),
  complete: Joi.any().strip(),
  subscribers: Joi.any().strip(),
  draining: Joi.any().strip(),
  since: Joi.any().strip(),
};

export const drainRequestSchema = Joi.object<DrainRequest>({
  ...answeredFields,
  ...drainAnswerFields,
  epoch: epochSchema,
}).required();
