import type { IncomingMessage } from 'node:http';
import type { WhoamiResponse } from '@rollcall/contracts';
import { bearerToken } from '@rollcall/service-kit';
import { accessDenial, type AccessDenial, type AuditedRefusal } from '../access/access-denial';
import { accessError } from '../access/access-error';
import {
  authenticate,
  authorise,
  credentialOf,
  routeRightsOf,
  type AccessRule,
  type Authorisation,
  type Bearer,
  type CallerIdentity,
} from '../access/authorise';
import type { RouteRights } from '../access/route-rights';
import type { NeededScope } from '../access/scope';
import type { StandingGrants } from '../access/standing-grants';
import { whoami } from '../access/whoami';
import { partyAddress } from '../shares/party-address';
import type { Holder } from '../shares/shares';
import { createIdentifyPeer, type IdentifyPeer } from './peer-identity';

/** The caller of one call, and what it is permitted to do. */
export interface Caller {
  /**
   * Answers the caller's name, for events.
   *
   * @throws AppError 401 `UNAUTHORIZED`, 403 `FORBIDDEN`: it may not do what takes that scope
   */
  require(needed: NeededScope): string;
  /** The paths that it may announce for a service that it may write. */
  routeRights(serviceName: string): RouteRights;
  /** Whether it may do what takes that scope. A `false` is not audited. */
  may(needed: NeededScope): boolean;
  /**
   * For a call that goes on: calls `end`, once, when the caller may no longer do what takes that scope.
   *
   * @returns what is to be called when the call is over
   */
  whileAllowed(needed: NeededScope, end: () => void): () => void;
  /** Whose share of the limits its call counts against. */
  holder(): Holder;
  /**
   * What it is taken for. A call without a token is told whether one is asked for.
   *
   * @throws AppError 401 `UNAUTHORIZED`: its token is not known
   */
  whoami(): WhoamiResponse;
  /** Audits a call that did not know the secret of the stream that it named. */
  hadWrongSecret(): void;
}

export type CallerOf = (req: IncomingMessage) => Caller;

export interface CallerOptions {
  /** The rule in force, the same object until it changes: asked each time, so that rotated tokens hold at once. */
  readonly rule: () => AccessRule;
  readonly grants: StandingGrants;
  /** Told of each refusal. */
  readonly onDenied: (denial: AccessDenial) => void;
}

/** Identifies callers by their bearer tokens, and those without one by the certificate of their connection. */
export function createCallerOf(options: CallerOptions): CallerOf {
  const identifyPeer = createIdentifyPeer();
  return (req) => new RequestCaller(req, options, identifyPeer);
}

/** One a request, of which there are thousands a second: a class has its methods once. */
class RequestCaller implements Caller {
  private bearer: Bearer | undefined;
  /** Whose call it is by that rule: the token is looked up once, unless the tokens change during the call. */
  private identified: { readonly rule: AccessRule; readonly identity: CallerIdentity } | undefined;

  constructor(
    private readonly req: IncomingMessage,
    private readonly options: CallerOptions,
    private readonly identifyPeer: IdentifyPeer,
  ) {}

  require(needed: NeededScope): string {
    const result = this.judge(needed);
    if (result.kind === 'granted') {
      this.bearer = result.bearer;
      return result.actor;
    }
    this.deny(result);
    throw accessError(result);
  }

  may(needed: NeededScope): boolean {
    return this.judge(needed).kind === 'granted';
  }

  whileAllowed(needed: NeededScope, end: () => void): () => void {
    return this.bearer === undefined ? () => undefined : this.options.grants.add(this.bearer, needed, end);
  }

  holder(): Holder {
    const { bearer } = this;
    // A token that all callers share does not tell them apart.
    const isShared = bearer?.kind === 'bearer' && bearer.token.isShared === true;
    return {
      identity: bearer === undefined || isShared ? undefined : credentialOf(bearer).name,
      address: partyAddress(this.req.socket.remoteAddress),
    };
  }

  routeRights(serviceName: string): RouteRights {
    const { rule, identity } = this.identify();
    return routeRightsOf(rule, identity, serviceName);
  }

  whoami(): WhoamiResponse {
    const { rule, identity } = this.identify();
    if (identity.kind !== 'unauthenticated' || identity.why !== 'unknown_token')
      return whoami(rule, identity);
    this.deny(identity);
    throw accessError(identity);
  }

  hadWrongSecret(): void {
    this.deny({ kind: 'wrong_stream_secret' });
  }

  private judge(needed: NeededScope): Authorisation {
    return authorise(this.identify().identity, needed);
  }

  private identify(): { readonly rule: AccessRule; readonly identity: CallerIdentity } {
    const rule = this.options.rule();
    if (this.identified?.rule === rule) return this.identified;
    const presented = bearerToken(this.req.headers.authorization);
    const identity =
      presented === undefined ? this.identifyPeer(this.req.socket, rule) : authenticate(rule, presented);
    return (this.identified = { rule, identity });
  }

  private deny(refusal: AuditedRefusal): void {
    this.options.onDenied(denialOf(this.req, refusal));
  }
}

function denialOf({ method = '', url = '', socket }: IncomingMessage, refusal: AuditedRefusal): AccessDenial {
  const [path = ''] = url.split('?', 1);
  return accessDenial(refusal, { method, path, remoteAddress: socket.remoteAddress });
}
