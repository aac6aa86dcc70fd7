import type { AcknowledgeRequest, DrainQuery, DrainRequest } from '@rollcall/contracts';
import { epochMismatch, instanceNotFound, streamSecretWrong, subscriberUnknown } from '../errors';
import { acknowledge } from '../use-cases/acknowledge';
import { drain, type DrainDeps } from '../use-cases/drain';
import type { Reply } from './reply';

/** A drain and its acknowledgements. Valid requests in, replies out, and no framework on the way. */
export interface DrainCalls {
  /** `signal`: the caller has gone, or the registry is going. */
  drain(instanceId: string, request: DrainRequest, query: DrainQuery, signal: AbortSignal): Promise<Reply>;
  acknowledge(request: AcknowledgeRequest): Reply;
}

export function createDrainCalls(deps: DrainDeps): DrainCalls {
  return {
    async drain(instanceId, request, { wait_ms: waitMs }, signal) {
      const reference = { instance_id: instanceId, ...request };
      const result = await drain(deps, reference, { waitMs, signal }, 'instance');
      switch (result.kind) {
        case 'drained':
          return { status: 200, body: result.response };
        case 'unknown':
          throw instanceNotFound();
        case 'other_life':
          throw epochMismatch(result.epoch);
      }
    },
    acknowledge(request) {
      switch (acknowledge(deps, request)) {
        case 'noted':
          return { status: 204 };
        case 'unknown':
          throw subscriberUnknown();
        case 'wrong_secret':
          throw streamSecretWrong();
      }
    },
  };
}
