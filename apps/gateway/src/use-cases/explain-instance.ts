import type { OutlierState } from '@rollcall/load-balancing';
import type { InstanceExplanation } from '@rollcall/contracts';
import { chooseVersion, explainCanary, isChosen, type CanaryRule } from '../routing/canary';
import type { Destination } from '../upstreams/destination';
import type { Upstream } from '../upstreams/upstream';

/**
 * Why each instance of a route's service is or is not picked.
 *
 * @param all every instance of the service, those that do not serve the route included
 * @param canaryValue what the request says in the field of the route's canary
 */
export function explainInstances(
  destination: Destination,
  all: readonly Upstream[],
  canaryValue: string | undefined,
  at: number,
): readonly InstanceExplanation[] {
  const members = new Set(destination.members());
  const candidates = new Set(destination.candidates(at));
  const available = new Set(destination.available(at));
  const { canary } = destination.policy;
  return all.map((upstream) => {
    const obstacle =
      obstacleOf(upstream, { members, candidates, available, at }) ??
      (canary && canaryObstacle(canary, upstream, [...available], canaryValue));
    const { instance } = upstream;
    return {
      instance_id: upstream.id,
      url: instance.url,
      status: instance.status,
      version: instance.version,
      zone: instance.zone,
      weight: upstream.weight,
      in_flight: upstream.inFlight,
      picked: obstacle === undefined,
      why: obstacle ?? describe(upstream.outlierState, at),
    };
  });
}

function obstacleOf(
  upstream: Upstream,
  seen: {
    members: ReadonlySet<Upstream>;
    candidates: ReadonlySet<Upstream>;
    available: ReadonlySet<Upstream>;
    at: number;
  },
): string | undefined {
  const { status, reason } = upstream.instance;
  if (!seen.members.has(upstream)) return 'it does not announce this route';
  const byHand = upstream.manualEjection(seen.at);
  if (byHand !== undefined) return `ejected by an operator: ${byHand.reason}`;
  if (!seen.candidates.has(upstream))
    return status === 'suspect'
      ? 'it is suspect, and other instances are up'
      : `it is ${status}${reason === undefined ? '' : `: ${reason}`}`;
  if (!seen.available.has(upstream)) return describe(upstream.outlierState, seen.at);
  return undefined;
}

/** The reason why a canary rule gives this instance no request; other versions are used only while the chosen one has no instance. */
function canaryObstacle(
  rule: CanaryRule,
  { instance: { version } }: Upstream,
  available: readonly Upstream[],
  value: string | undefined,
): string | undefined {
  const choice = chooseVersion(rule, value, 0);
  if (choice.by === 'header') {
    const exists = available.some(({ instance }) => isChosen(rule, choice, instance.version));
    return exists && !isChosen(rule, choice, version)
      ? `${rule.header?.name} is ${value}, which means version ${choice.version}`
      : undefined;
  }
  const own = explainCanary(rule, value).find((share) =>
    isChosen(
      rule,
      { version: share.version === 'any other' ? undefined : share.version, by: 'weight' },
      version,
    ),
  );
  const others = available.some(({ instance }) => instance.version !== version);
  return own?.percent === 0 && others ? 'its version gets 0 percent of the requests' : undefined;
}

function describe(state: OutlierState, now: number): string {
  switch (state.status) {
    case 'healthy':
      return 'it is available';
    case 'ejected':
      return `${ejection(state)}; tried again in ${Math.max(0, Math.round(state.until - now))} ms`;
    case 'trial':
      return `${ejection(state)}; being tried now`;
  }
}

function ejection({ cause, outcome, times }: Exclude<OutlierState, { status: 'healthy' }>): string {
  if (cause === 'failures') return `failed five attempts in a row (ejection ${times})`;
  return times === 1 ? `${outcome} once` : `${outcome} ${times} times in a row`;
}
