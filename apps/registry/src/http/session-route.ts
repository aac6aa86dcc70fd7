import { sessionQuerySchema } from '@rollcall/contracts';
import { validate } from '@rollcall/service-kit';
import type { Express } from 'express';
import { writeScopeOf } from '../access/write-scope';
import type { Catalog } from '../catalog/catalog';
import { resolveReference } from '../catalog/decisions/reference';
import { registryClosing } from '../errors';
import type { SessionHub } from '../sessions/session-hub';
import type { CallerOf } from './caller';
import { instancePathSchema } from './instance-path';
import { listedEntry } from './listed-entry';
import { EVENT_STREAM, openEventStream } from './response-sink';

export interface SessionRouteOptions {
  readonly catalog: Catalog;
  readonly sessions: SessionHub;
  readonly callerOf: CallerOf;
  /** Aborted when no stream may be opened any more. */
  readonly closing: AbortSignal;
}

/** Sessions are as many as instances at most, so nothing else bounds them. */
export function mountSessionRoute(
  app: Express,
  { catalog, sessions, callerOf, closing }: SessionRouteOptions,
): void {
  app.get('/instances/:id/session', (req, res) => {
    const caller = callerOf(req);
    caller.require('write');
    const { id } = validate(instancePathSchema, req.params, 'path');
    const { epoch } = validate(sessionQuerySchema, req.query, 'query');
    const resolved = resolveReference(catalog, { instance_id: id, epoch });
    caller.require(writeScopeOf(resolved));
    const entry = listedEntry(resolved);
    // A HEAD has no body to hold open: its end would be taken for that of the process.
    if (req.method === 'HEAD') return void res.type(EVENT_STREAM).end();
    if (closing.aborted) throw registryClosing();
    sessions.open(entry, openEventStream(res));
  });
}
