import type { HeaderList } from '../headers/header-list';
import type { RequestTarget } from '../routing/request-target';

export type HeaderEdit = (headers: HeaderList) => void;

/** What a route's policies want for one request on its way. Written by the passes, in their order. */
export interface Treatment {
  /** Whose doing it is: compared, to see that a request is judged once by a route. */
  readonly by: object;
  /** What the instance is asked for. */
  target: RequestTarget;
  /** A longer body is cut off and refused. */
  maxBodyBytes: number;
  /** Whose key the request came with. */
  consumer: string | undefined;
  /** On each attempt's fields, after the gateway's own passes. */
  readonly requestEdits: HeaderEdit[];
  /** On the answer's fields, an instance's or the gateway's own. */
  readonly responseEdits: HeaderEdit[];
}

export function createTreatment(by: object, target: RequestTarget): Treatment {
  return { by, target, maxBodyBytes: Infinity, consumer: undefined, requestEdits: [], responseEdits: [] };
}
