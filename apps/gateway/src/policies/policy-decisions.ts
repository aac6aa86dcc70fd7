import type { HeaderList } from '../headers/header-list';
import type { RequestTarget } from '../routing/request-target';

export type HeaderEdit = (headers: HeaderList) => void;

/** @param from the instance that answers; absent for the gateway's own answers */
export type AnswerEdit = (headers: HeaderList, from?: AnsweringInstance) => void;

export interface AnsweringInstance {
  /** Scheme, host and port of its address, as URL has them. */
  readonly origin: string;
  /** Path of its address, or empty. */
  readonly basePath: string;
}

/** What a route's policies have decided on one request. Written by the passes, in their order. */
export interface PolicyDecisions {
  /** The policies that decided; compared, so that they judge a request once. */
  readonly by: object;
  /** What the instance is asked for. */
  target: RequestTarget;
  /** A longer body is cut off and refused. */
  maxBodyBytes: number;
  /** The owner of the API key that the request came with. */
  consumer: string | undefined;
  /** The value of the token's claim that requests are counted by. */
  countedClaim: string | undefined;
  /** On each attempt's fields, after the gateway's own passes. */
  readonly requestEdits: HeaderEdit[];
  /** On the answer's fields, an instance's or the gateway's own. */
  readonly responseEdits: AnswerEdit[];
}

export function createPolicyDecisions(by: object, target: RequestTarget): PolicyDecisions {
  return {
    by,
    target,
    maxBodyBytes: Infinity,
    consumer: undefined,
    countedClaim: undefined,
    requestEdits: [],
    responseEdits: [],
  };
}
