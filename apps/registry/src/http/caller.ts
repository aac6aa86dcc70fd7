import type { IncomingMessage } from 'node:http';
import { bearerToken } from '@rollcall/service-kit';
import { accessDenial, type AccessDenial, type AuditedRefusal } from '../access/access-denial';
import { accessError } from '../access/access-error';
import { authorise, routeRightsOf, type AccessRule } from '../access/authorise';
import type { RouteRights } from '../access/route-rights';
import type { NeededScope } from '../access/scope';

/** Whoever makes a call. */
export interface Caller {
  /**
   * Answers the caller's name, for events.
   *
   * @throws AppError 401 `UNAUTHORIZED`, 403 `FORBIDDEN`: it may not do what takes that scope
   */
  require(needed: NeededScope): string;
  /** Paths that it may announce for a service that it may write. */
  routeRights(serviceName: string): RouteRights;
  /** For the audit: it spoke for a stream whose secret it does not know. */
  hadWrongSecret(): void;
}

export type CallerOf = (req: IncomingMessage) => Caller;

export interface CallerOptions {
  /** The rule in force: asked for each call, so that rotated tokens hold from the next one on. */
  readonly rule: () => AccessRule;
  /** Told of each refusal. */
  readonly onDenied: (denial: AccessDenial) => void;
}

/** Tells callers apart by their tokens. */
export function createCallerOf({ rule, onDenied }: CallerOptions): CallerOf {
  return (req) => ({
    require(needed) {
      const result = authorise(rule(), bearerToken(req.headers.authorization), needed);
      if (result.kind === 'granted') return result.actor;
      onDenied(denialOf(req, result));
      throw accessError(result);
    },
    routeRights: (serviceName) => routeRightsOf(rule(), bearerToken(req.headers.authorization), serviceName),
    hadWrongSecret: () => onDenied(denialOf(req, { kind: 'wrong_stream_secret' })),
  });
}

function denialOf({ method = '', url = '', socket }: IncomingMessage, refusal: AuditedRefusal): AccessDenial {
  const [path = ''] = url.split('?', 1);
  return accessDenial(refusal, { method, path, remoteAddress: socket.remoteAddress });
}
