import { withDashes } from '../headers/field-name';
import type { HeaderList } from '../headers/header-list';
import type { Caller } from '../ports/caller';
import type { Transport } from '../ports/transport';
import type { MirrorRule } from '../routing/policy-rules';
import type { Route } from '../routing/route';
import type { RoutePolicy } from '../routing/route-policy';
import { upstreamPath } from '../routing/upstream-path';
import { createDestination, type Destination } from '../upstreams/destination';
import type { ChoiceContext } from '../upstreams/instance-choice';
import { createUpstreams, type Upstreams } from '../upstreams/upstreams';
import { readKept } from './keep-body';
import { MirroredCopy, type CopyResult } from './mirrored-copy';
import type { RoutedRequest } from './routed';
import { editFields } from './send-attempt';

/**
 * Copies of requests for other services (`mirror`). Their answers are dropped, and nothing of them is the original's:
 * neither connections nor the health of instances, budgets, limits or time.
 */
export interface Mirrors {
  /** Whether this request is one of those to be copied; before anything of it is sent. */
  choose(caller: Caller, policy: RoutePolicy): MirrorRule | undefined;
  /** Sends the copy of a request that was chosen. @param keptBody all of its body; `undefined` where it was not kept */
  copy(caller: Caller, routed: RoutedRequest, rule: MirrorRule, keptBody: Buffer | undefined): void;
  /** The services of these routes' mirrors, in place of earlier ones. */
  follow(routes: readonly Route[]): void;
  /** The instances of a service are others now. */
  apply: Upstreams['apply'];
  /** Cuts the copies under way, and makes none from now on. */
  drain(): void;
  destroy(): Promise<void>;
}

export interface MirrorsOptions {
  readonly transport: Transport;
  /** Where the instances of a service stand that is mirrored to from now on. */
  readonly upstreams: Pick<Upstreams, 'of'>;
  readonly choosing: ChoiceContext;
  /** Milliseconds, monotonic. */
  readonly now: () => number;
  readonly onCopy: (service: string, result: CopyResult) => void;
}

/** Set on copies; a stranger's is removed with the rest of `X-Forwarded-…`, so instances may go by it. */
const MIRROR_HEADER = 'X-Forwarded-Mirror';
const MIRROR_FIELD = MIRROR_HEADER.toLowerCase();

export function createMirrors({ transport, upstreams, choosing, now, onCopy }: MirrorsOptions): Mirrors {
  const own = createUpstreams(transport);
  /** By the rules of routes: what is under way for each. */
  const targets = new WeakMap<MirrorRule, MirrorTarget>();
  const underWay = new Set<MirroredCopy>();
  let services: ReadonlySet<string> = new Set();
  let drained = false;

  function targetOf(rule: MirrorRule, { policy }: Destination): MirrorTarget {
    const known = targets.get(rule);
    if (known !== undefined) return known;
    const destination = createDestination({
      route: mirrorRoute(rule, policy),
      upstreams: own,
      choosing,
    });
    const made = { destination, inFlight: 0 };
    targets.set(rule, made);
    return made;
  }

  return {
    choose({ method, headers, facts, upgrade }, { mirror: rule }) {
      if (rule === undefined || drained || upgrade !== undefined || !rule.methods.includes(method))
        return undefined;
      // A copy is not copied again, or two gateways in a row would double it, and a circle would never end.
      if (facts.peerTrusted && headers.get(MIRROR_FIELD) !== undefined) return undefined;
      return choosing.random() * 100 < rule.percent ? rule : undefined;
    },
    copy(caller, routed, rule, keptBody) {
      const { service } = rule;
      if (caller.body !== null && keptBody === undefined) return onCopy(service, 'body_not_kept');
      if (drained) return onCopy(service, 'drained');
      const target = targetOf(rule, routed.destination);
      if (target.inFlight >= rule.maxInFlight) return onCopy(service, 'overflow');
      const begunAt = now();
      const upstream = target.destination.pick(caller, begunAt);
      if (upstream === undefined) return onCopy(service, 'no_instance');
      const { destination, decisions } = routed;
      const { headersTimeoutMs, idleTimeoutMs, connectTimeoutMs } = destination.policy;
      target.inFlight += 1;
      const copy = new MirroredCopy(upstream.begin(begunAt), now, headersTimeoutMs, (result) => {
        underWay.delete(copy);
        target.inFlight -= 1;
        onCopy(service, result);
      });
      underWay.add(copy);
      copy.attached(
        upstream.send(
          {
            method: caller.method,
            path: upstreamPath(destination, decisions?.target ?? caller.target, upstream.basePath),
            headers: fieldsOf(caller, routed, rule),
            body: keptBody === undefined ? null : readKept(keptBody),
            freshSocket: false,
            connectTimeoutMs,
            headersTimeoutMs,
            idleTimeoutMs,
          },
          copy,
        ),
      );
    },
    follow(routes) {
      const wanted = new Set(routes.flatMap(({ policy }) => policy.mirror?.service ?? []));
      for (const service of services) if (!wanted.has(service)) own.apply(service, [], now());
      for (const service of wanted)
        if (!services.has(service))
          own.apply(
            service,
            upstreams.of(service).map(({ instance }) => instance),
            now(),
          );
      services = wanted;
    },
    apply(service, instances, at) {
      if (services.has(service)) own.apply(service, instances, at);
    },
    drain() {
      drained = true;
      for (const copy of underWay) copy.cut('drained');
    },
    destroy: () => own.destroy(),
  };
}

interface MirrorTarget {
  readonly destination: Destination;
  inFlight: number;
}

/** The other service, as a route to it would be. */
function mirrorRoute({ service }: MirrorRule, policy: RoutePolicy): Route {
  const { canary: _versions, ...rest } = policy;
  return {
    service,
    pathPrefix: '/',
    stripPrefix: false,
    source: 'file',
    policy: { ...rest, picker: 'round_robin' },
  };
}

/** What the other service gets of the request's fields: what an instance gets, without credentials, and with the mark. */
function fieldsOf(caller: Caller, routed: RoutedRequest, rule: MirrorRule): HeaderList {
  const headers = caller.headers.copy();
  editFields(headers, { caller, routed, span: undefined });
  const tokens = routed.destination.policy.jwt?.from ?? [];
  const hidden = new Set(
    rule.showsCredentials
      ? []
      : [
          'authorization',
          'cookie',
          ...tokens.flatMap((place) => ('header' in place ? place.header.toLowerCase() : [])),
        ],
  );
  headers.removeWhere((name) => name === 'trailer' || hidden.has(name) || hidden.has(withDashes(name)));
  headers.set(MIRROR_HEADER, 'true');
  return headers;
}
