import { sessionQuerySchema } from '@rollcall/contracts';
import type { Catalog } from '../catalog/catalog';
import { registryClosing } from '../errors';
import type { SessionHub } from '../sessions/session-hub';
import type { CallDefinition } from './call-route';
import { authoriseTarget, instancePathSchema, listedEntry } from './instance-target';
import { answerHeadOfStream, openEventStream } from './sse-response';

export interface SessionApiOptions {
  readonly catalog: Catalog;
  readonly sessions: SessionHub;
  /** Aborts when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Session streams. There are as many as instances at most, so nothing else bounds them. */
export function sessionApi({ catalog, sessions, closing }: SessionApiOptions): readonly CallDefinition[] {
  return [
    {
      method: 'GET',
      path: '/instances/:id/session',
      needs: 'write',
      answer({ req, res, params, query, caller }) {
        const { id } = params(instancePathSchema);
        const { epoch } = query(sessionQuerySchema);
        const { resolved, needed } = authoriseTarget(catalog, { instance_id: id, epoch }, caller);
        const entry = listedEntry(resolved);
        // A HEAD has no body to hold open: its end would be taken for that of the process.
        if (req.method === 'HEAD') return answerHeadOfStream(res);
        if (closing.aborted) throw registryClosing();
        const sink = openEventStream(res);
        sessions.open(entry, sink);
        sink.onClose(caller.whileAllowed(needed, () => sessions.revoke(entry, sink)));
        return undefined;
      },
    },
  ];
}
