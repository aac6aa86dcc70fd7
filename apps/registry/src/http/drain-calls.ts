import type { AcknowledgeRequest, DrainQuery, DrainRequest } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { writeScopeOf } from '../access/write-scope';
import { resolveReference } from '../catalog/decisions/reference';
import { epochMismatch, instanceNotFound, streamSecretWrong, subscriberUnknown } from '../errors';
import { acknowledge } from '../use-cases/acknowledge';
import { drain, type DrainDeps } from '../use-cases/drain';
import type { Caller } from './caller';
import type { WaitingRoom } from './waiting-room';

/** A drain and its acknowledgements. Valid requests in, replies out, and no framework on the way. */
export interface DrainCalls {
  /** `signal`: the caller has gone, or the registry is going. */
  drain(
    request: DrainRequest & { readonly instance_id: string },
    query: DrainQuery,
    caller: Caller,
    signal: AbortSignal,
  ): Promise<Reply>;
  acknowledge(request: AcknowledgeRequest, caller: Caller): Reply;
}

export function createDrainCalls(deps: DrainDeps & { readonly room: WaitingRoom }): DrainCalls {
  return {
    async drain(reference, { wait_ms: waitMs }, caller, signal) {
      const by = caller.require(writeScopeOf(resolveReference(deps.catalog, reference)));
      const result = await deps.room.enter(() => drain(deps, reference, { waitMs, signal }, by));
      switch (result.kind) {
        case 'drained':
          return { status: 200, body: result.response };
        case 'unknown':
          throw instanceNotFound();
        case 'other_life':
          throw epochMismatch(result.epoch);
      }
    },
    acknowledge(request, caller) {
      switch (acknowledge(deps, request)) {
        case 'noted':
          return { status: 204 };
        case 'unknown':
          throw subscriberUnknown();
        case 'wrong_secret':
          caller.hadWrongSecret();
          throw streamSecretWrong();
      }
    },
  };
}
