import type { RefusedAnnouncement } from '../routing/announcement-conflicts';
import { isRemembered } from '../routing/announcement-memory';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';

export function describeRoute(route: Destination, now: number) {
  const { policy } = route;
  return {
    path_prefix: route.pathPrefix,
    host: route.host,
    methods: route.methods,
    service: route.service,
    source: route.source,
    strip_prefix: route.stripPrefix,
    picker: policy.picker,
    timeouts: { headers_ms: policy.headersTimeoutMs, idle_ms: policy.idleTimeoutMs },
    retries: { attempts: policy.maxAttempts, attempt_timeout_ms: policy.attemptTimeoutMs },
    instances: route.members().length,
    /** Whether requests wait for an instance when there is none. */
    known: isRemembered(route, now),
  };
}

export function describeRefusal({ announcement, reason }: RefusedAnnouncement) {
  return {
    path_prefix: announcement.pathPrefix,
    host: announcement.host,
    service: announcement.service,
    reason,
  };
}

export function describeUpstream(upstream: Upstream, now: number) {
  const { instance, outlierState: state } = upstream;
  const byHand = upstream.manualEjection(now);
  return {
    service: instance.service_name,
    instance_id: upstream.id,
    url: instance.url,
    status: instance.status,
    reason: instance.reason,
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
