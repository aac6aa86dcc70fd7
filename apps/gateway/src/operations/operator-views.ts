import type { RefusalView, RouteView, UpstreamView } from '@rollcall/contracts';
import { describePolicies } from '../policies/describe-policies';
import type { Route } from '../routing/route';
import type { Destination } from '../upstreams/destination';
import type { RefusedAnnouncement } from '../upstreams/routes-in-force';
import type { Upstream } from '../upstreams/upstream';

export function describeRoute(route: Destination): RouteView {
  return { ...describeRouting(route), instances: route.members().length };
}

/** What is said of a route wherever it comes from: of one of a file, too, that is not in force. */
export function describeRouting(route: Route): Omit<RouteView, 'instances'> {
  const { policy, host, methods } = route;
  return {
    path_prefix: route.pathPrefix,
    ...(host === undefined ? {} : { host }),
    ...(methods === undefined ? {} : { methods }),
    service: route.service,
    source: route.source,
    strip_prefix: route.stripPrefix,
    picker: policy.picker,
    timeouts: {
      ...(policy.connectTimeoutMs === undefined ? {} : { connect_ms: policy.connectTimeoutMs }),
      headers_ms: policy.headersTimeoutMs,
      idle_ms: policy.idleTimeoutMs,
    },
    retries: {
      attempts: policy.maxAttempts,
      ...(policy.attemptTimeoutMs === Infinity ? {} : { attempt_timeout_ms: policy.attemptTimeoutMs }),
    },
    max_in_flight: policy.maxInFlight ?? null,
    policies: describePolicies(route),
  };
}

export function describeRefusal({ pathPrefix, host, service, reason }: RefusedAnnouncement): RefusalView {
  return { path_prefix: pathPrefix, ...(host === undefined ? {} : { host }), service, reason };
}

export function describeUpstream(upstream: Upstream, now: number): UpstreamView {
  const { instance, outlierState: state } = upstream;
  const byHand = upstream.manualEjection(now);
  return {
    service: instance.service_name,
    instance_id: upstream.id,
    url: instance.url,
    status: instance.status,
    ...(instance.reason === undefined ? {} : { reason: instance.reason }),
    version: instance.version,
    zone: instance.zone,
    weight: upstream.weight,
    in_flight: upstream.inFlight,
    connections: upstream.connectionCounts(),
    ejection:
      state.status === 'healthy'
        ? null
        : {
            status: state.status,
            cause: state.cause,
            outcome: state.outcome,
            times: state.times,
            available_in_ms: Math.max(0, Math.round((upstream.availableAt ?? now) - now)),
          },
    ejected_by_hand:
      byHand === undefined ? null : { reason: byHand.reason, ...remaining(byHand.until - now) },
  };
}

/** Nothing when it has no end. */
function remaining(ms: number): { readonly ends_in_ms?: number } {
  return ms === Infinity ? {} : { ends_in_ms: Math.round(ms) };
}
