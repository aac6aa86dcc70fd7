import type { IncomingMessage } from 'node:http';
import { bearerToken } from '@rollcall/service-kit';
import { accessDenial, type AccessDenial, type AuditedRefusal } from '../access/access-denial';
import { accessError } from '../access/access-error';
import type { AccessToken } from '../access/access-token';
import { authorise, routeRightsOf, type AccessRule, type Authorisation } from '../access/authorise';
import type { RouteRights } from '../access/route-rights';
import type { NeededScope } from '../access/scope';
import type { StandingGrants } from '../access/standing-grants';
import { partyAddress } from '../shares/party-address';
import type { Holder } from '../shares/shares';

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
  /** Whether it may do what takes that scope. Asking is no offence. */
  may(needed: NeededScope): boolean;
  /**
   * For a call that goes on: calls `end`, once, when the caller may no longer do what takes that scope.
   *
   * @returns what is to be called when the call is over
   */
  whileAllowed(needed: NeededScope, end: () => void): () => void;
  /** Whom the places count for that its call takes. */
  holder(): Holder;
  /** For the audit: it spoke for a stream whose secret it does not know. */
  hadWrongSecret(): void;
}

export type CallerOf = (req: IncomingMessage) => Caller;

export interface CallerOptions {
  /** The rule in force: asked for each call, so that rotated tokens hold from the next one on. */
  readonly rule: () => AccessRule;
  readonly grants: StandingGrants;
  /** Told of each refusal. */
  readonly onDenied: (denial: AccessDenial) => void;
}

/** Tells callers apart by their tokens. */
export function createCallerOf(options: CallerOptions): CallerOf {
  return (req) => new RequestCaller(req, options);
}

/** One a request, of which there are thousands a second: a class has its methods once. */
class RequestCaller implements Caller {
  private token: AccessToken | undefined;

  constructor(
    private readonly req: IncomingMessage,
    private readonly options: CallerOptions,
  ) {}

  require(needed: NeededScope): string {
    const result = this.judge(needed);
    if (result.kind === 'granted') {
      this.token = result.token;
      return result.actor;
    }
    this.deny(result);
    throw accessError(result);
  }

  may(needed: NeededScope): boolean {
    return this.judge(needed).kind === 'granted';
  }

  whileAllowed(needed: NeededScope, end: () => void): () => void {
    return this.token === undefined ? () => undefined : this.options.grants.add(this.token, needed, end);
  }

  holder(): Holder {
    return {
      // One token that everybody has tells nobody apart.
      identity: this.token?.isShared === true ? undefined : this.token?.name,
      address: partyAddress(this.req.socket.remoteAddress),
    };
  }

  routeRights(serviceName: string): RouteRights {
    return routeRightsOf(this.options.rule(), bearerToken(this.req.headers.authorization), serviceName);
  }

  hadWrongSecret(): void {
    this.deny({ kind: 'wrong_stream_secret' });
  }

  private judge(needed: NeededScope): Authorisation {
    return authorise(this.options.rule(), bearerToken(this.req.headers.authorization), needed);
  }

  private deny(refusal: AuditedRefusal): void {
    this.options.onDenied(denialOf(this.req, refusal));
  }
}

function denialOf({ method = '', url = '', socket }: IncomingMessage, refusal: AuditedRefusal): AccessDenial {
  const [path = ''] = url.split('?', 1);
  return accessDenial(refusal, { method, path, remoteAddress: socket.remoteAddress });
}
