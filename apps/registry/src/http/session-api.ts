import { sessionQuerySchema } from '@rollcall/contracts';
import type { Reply } from '@rollcall/service-kit';
import type { Catalog } from '../catalog/catalog';
import { registryClosing, registryDetached } from '../errors';
import type { CatalogStore } from '../ports/catalog-store';
import type { SessionHub } from '../sessions/session-hub';
import type { Call, CallDefinition } from './call-route';
import {
  confirmedTarget,
  instancePathSchema,
  listedEntry,
  listedTarget,
  type InstanceTarget,
} from './instance-target';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface SessionApiOptions {
  readonly catalog: Catalog;
  readonly store: CatalogStore;
  readonly sessions: SessionHub;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Session streams. There are as many as instances at most, so nothing else bounds them. */
export function sessionApi(options: SessionApiOptions): readonly CallDefinition[] {
  const { store, sessions, closing } = options;
  return [
    {
      method: 'GET',
      path: '/instances/:id/session',
      needs: 'write',
      answer(call) {
        const { id } = call.params(instancePathSchema);
        const { epoch } = call.query(sessionQuerySchema);
        const reference = { instance_id: id, epoch };
        const target = listedTarget(options, reference, call.caller);
        if (target !== undefined) return open(call, target);
        return confirmedTarget(options, reference, call.caller).then((confirmed) => open(call, confirmed));
      },
    },
  ];

  function open({ req, res, caller }: Call, { resolved, needed }: InstanceTarget): Reply | undefined {
    const entry = listedEntry(resolved);
    // A HEAD has no body to hold open: its end would be taken for that of the process.
    if (req.method === 'HEAD') return answerHeadOfStream(res);
    if (closing.aborted) throw registryClosing();
    // The others would not learn of it, and take the instance for one without a session.
    if (store.status === 'detached') throw registryDetached();
    const sink = openEventStream(res);
    sessions.open(entry, sink);
    sink.onClose(caller.whileAllowed(needed, () => sessions.revoke(entry, sink)));
    return undefined;
  }
}
