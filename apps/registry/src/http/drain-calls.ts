import type { AcknowledgeRequest, DrainQuery, DrainRequest, DrainResponse } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import { writeScopeOf } from '../access/write-scope';
import { resolveReference } from '../catalog/decisions/reference';
import { epochMismatch, instanceNotFound, streamSecretWrong, subscriberUnknown } from '../errors';
import { acknowledge } from '../use-cases/acknowledge';
import { drain, type DrainDeps } from '../use-cases/drain';
import type { Call } from './call-route';
import type { Caller } from './caller';
import { goneSignal } from './gone-signal';
import { namedInstance } from './named-instance';
import type { WaitingRoom } from './waiting-room';

/** A drain and its acknowledgements. Valid requests in, replies out, and no framework on the way. */
export interface DrainCalls {
  drain(
    request: DrainRequest & { readonly instance_id: string },
    query: DrainQuery,
    call: Pick<Call, 'caller' | 'res'>,
  ): Promise<Reply>;
  acknowledge(request: AcknowledgeRequest, caller: Caller): Reply;
}

export interface DrainCallsDeps extends DrainDeps {
  /** Whoever finds it full is not kept waiting: its instance drains all the same. */
  readonly room: WaitingRoom;
  /** Aborts when the registry is going and must keep nobody waiting. */
  readonly closing: AbortSignal;
  /** An id that stands for a subscriber, and is of no use to whoever would speak in its name. */
  readonly aliasOf: (subscriber: string) => string;
}

export function createDrainCalls(deps: DrainCallsDeps): DrainCalls {
  const { catalog, room, closing, aliasOf } = deps;
  return {
    async drain(sent, { wait_ms: waitMs }, { caller, res }) {
      const reference = namedInstance(catalog, sent, caller);
      const resolved = resolveReference(catalog, reference);
      const needed = writeScopeOf(resolved);
      const by = caller.require(needed);
      const service =
        resolved.kind === 'unknown' ? undefined : resolved.entry.record.registration.serviceName;
      const holder = { ...caller.holder(), service };
      const result = await drain(deps, reference, by, async (wait) => {
        const signal = goneSignal(res, closing, (end) => caller.whileAllowed(needed, end));
        if (room.admits(holder)) await room.enter(holder, () => wait({ waitMs, signal }));
      });
      // It may have been taken away meanwhile; the instance drains all the same.
      caller.require(needed);
      switch (result.kind) {
        case 'drained': {
          const { acked, missing, ...known } = result.response;
          const named = caller.may('admin') ? (id: string) => id : aliasOf;
          const body: DrainResponse = { ...known, acked: acked.map(named), missing: missing.map(named) };
          return { status: 200, body };
        }
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
